import { Failure } from '../../contract/failure.ts';
import { defaultOrgId, type Org } from '../../contract/org.ts';
import { guard, LostRace, type Statement, write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { platformAudit } from '../tenancy/audit/entry.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import { decidedOf, toOrg } from '../tenancy/orgs/model.ts';
import { deleteOrg, isKept, isOrg, markDeleting, selectOrg } from '../tenancy/orgs/store.ts';
import type { Scope } from '../tenancy/scope.ts';
import {
  deletePartOf,
  holdsNothing,
  selectHeld,
  selectRemains,
  shutOut,
} from './store/org-removal.ts';

/** So many of what stands against a deletion are told. */
const toldAtOnce = 20;
/** So many parts go in one call: what takes longer is gone on with by the next, or by the clock. */
const partsAtOnce = 20;

/**
 * The deletion of an organisation begins: from now on it lets nobody in, and nothing is planned in it. It is refused
 * while hosts hold launches, unless with `force`: then their agents are told that they are removed, and stop them.
 * One that has begun goes on, whatever it held.
 * @throws Failure `not_found`, `confirmation_required` where `confirm` is not its name, `in_use`
 */
export async function beginOrgRemoval(
  scope: Scope,
  id: string,
  { confirm, force }: { confirm: string | undefined; force: boolean },
): Promise<Org> {
  const { database, now } = scope;
  const [[org], held] = await database.batch([
    selectOrg(database, id),
    selectHeld(database, id, toldAtOnce),
  ]);
  if (!org) throw missingOrg(id);
  if (id === defaultOrgId) throw isDefault();
  if (confirm !== org.name) throw unconfirmed(org.name);
  if (org.deletingAt !== null) return toOrg(org);
  const stillHolds = inUse(org.name, held);
  if (!force && held.length > 0) throw stillHolds;
  const statements: Statement[] = [
    ...(force ? [] : [guard(database, holdsNothing(id), stillHolds)]),
    ...scope.audit({
      orgId: platformAudit,
      resource: { kind: 'org', id, name: org.name },
      before: decidedOf(org),
      after: null,
      note: force ? 'By force: what its hosts held is given up.' : undefined,
      onlyIf: isOrg(id, isKept),
    }),
    { query: markDeleting(database, id, now) },
    ...Object.values(shutOut(database, id)).map((query) => ({ query })),
  ];
  await write(database, statements);
  return toOrg({ ...org, deletingAt: now });
}

/**
 * Goes on with the deletion of an organisation as far as one call may: what is in it, part by part, then what its hubs
 * remember, then itself. Whatever fails of it may be done again; the clock does until nothing is left.
 * @param forgetHubs lets go of all that the first so many hubs of the organisation remember
 * @returns true when nothing is left
 */
export async function continueOrgRemoval(
  database: Database,
  id: string,
  forgetHubs: (count: number) => Promise<void>,
  now: number,
): Promise<boolean> {
  for (let part = 0; part < partsAtOnce; part += 1) {
    try {
      const statements = Object.values(deletePartOf(database, id, now)).map((query) => ({ query }));
      const [left] = await write(database, statements, selectRemains(database, id));
      if (!left) return true;
      if (left.remains) continue;
      // The first one plans, whether or not it has hosts.
      await forgetHubs(Math.max(1, left.hubs));
      await write(database, [{ query: deleteOrg(database, id) }]);
      return true;
    } catch (error) {
      // Something was made in it at the same time.
      if (!(error instanceof LostRace)) throw error;
    }
  }
  return false;
}

function isDefault(): Failure {
  return new Failure(
    'in_use',
    'Requests that name no organisation act in this one: it cannot be deleted. Delete what is in it.',
  );
}

function unconfirmed(name: string): Failure {
  return new Failure(
    'confirmation_required',
    `This deletes the organisation "${name}" and all that is in it. Send "?confirm=${name}" if that is what you want.`,
  );
}

function inUse(name: string, held: readonly { instanceId: string; host: string }[]): Failure {
  return new Failure(
    'in_use',
    `Hosts of the organisation "${name}" hold launches. Delete its deployments first, which stops their containers; or give up what runs with "?force=true": their agents then stop the containers when they are heard.`,
    held.map(({ instanceId, host }) => ({
      pointer: '',
      code: 'in_use',
      detail: `The host ${host} holds the instance ${instanceId}.`,
    })),
  );
}
