import type { EventType } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { decidedOf } from './model.ts';
import { readHost } from './read.ts';
import { type Duty, differsFrom, isHost, setDuty } from './store/change.ts';
import { tellHosts } from './store/events.ts';

/** The host takes no new instance; what it runs stays. @throws Failure `not_found` */
export function cordonHost(scope: Scope, id: string): Promise<Host> {
  const message = 'It takes no new instances until it is uncordoned.';
  return setTo(scope, id, { schedulable: false }, 'cordoned', message);
}

/** The host takes new instances again, and nothing need leave it. @throws Failure `not_found` */
export function uncordonHost(scope: Scope, id: string): Promise<Host> {
  const message = 'It takes new instances again.';
  return setTo(scope, id, { schedulable: true, draining: false }, 'uncordoned', message);
}

/** The host takes no new instance, and what it runs shall move elsewhere. @throws Failure `not_found` */
export function drainHost(scope: Scope, id: string): Promise<Host> {
  const message = 'What it runs moves elsewhere, and it takes no new instances.';
  return setTo(scope, id, { schedulable: false, draining: true }, 'drained', message);
}

/** Asked for again it changes nothing and tells nothing. */
async function setTo(
  scope: Scope,
  id: string,
  duty: Duty,
  type: EventType,
  message: string,
): Promise<Host> {
  const { database, orgId, now } = scope;
  const before = await readHost(scope, id);
  const event = { orgId, type, message, createdAt: now };
  await write(database, [
    ...tellHosts(database, [id], event, differsFrom(duty)),
    ...scope.audit({
      resource: { kind: 'host', id, name: before.name },
      before: decidedOf(before),
      after: { ...decidedOf(before), ...duty },
      onlyIf: isHost(orgId, id, differsFrom(duty)),
    }),
    { query: setDuty(database, orgId, id, duty) },
  ]);
  return readHost(scope, id);
}
