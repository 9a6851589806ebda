import { Failure } from '../../contract/failure.ts';
import type { Host } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { toTime } from '../db/time.ts';
import type { Call } from '../tenancy/audit/entry.ts';
import { auditStatements } from '../tenancy/audit/write.ts';
import { sha256 } from '../tenancy/hash.ts';
import type { Scope } from '../tenancy/scope.ts';
import { type Bearer, readBearer } from './own-host.ts';
import { readHost } from './read.ts';
import { isHost } from './store/change.ts';
import { tellHosts } from './store/events.ts';
import { selectBells } from './store/hosts.ts';
import {
  askForRotation,
  awaitsSecretAfter,
  isNotAsked,
  replaceSecret,
  selectBearer,
} from './store/identity.ts';
import { revoked, strangerFailure } from './strangers.ts';

/**
 * Asks a host for a new secret: every reply to its syncs says so until it was taken. Asked for again meanwhile it
 * changes nothing.
 * @returns the host, and what its doorbell must say
 * @throws Failure `not_found`; `conflict` for one that is revoked, which is not heard
 */
export async function askForNewSecret(
  scope: Scope,
  id: string,
): Promise<{ host: Host; bells: Awaited<ReturnType<typeof selectBells>> }> {
  const { database, orgId, now } = scope;
  const { name, revoked_at } = await readHost(scope, id);
  if (revoked_at !== null) {
    throw new Failure(
      'conflict',
      'The host is revoked and is not heard. Unrevoke it first, or remove it and enrol the machine anew.',
    );
  }
  const message = 'It was asked for a new secret.';
  const event = { orgId, type: 'rotation_asked', message, createdAt: now } as const;
  const bells = await write(
    database,
    [
      ...tellHosts(database, [id], event, isNotAsked),
      ...scope.audit({
        resource: { kind: 'host', id, name },
        before: { rotation_asked_at: null },
        after: { rotation_asked_at: toTime(now) },
        onlyIf: isHost(orgId, id, isNotAsked),
      }),
      { query: askForRotation(database, orgId, id, now) },
    ],
    selectBells(database, [id]),
  );
  return { host: await readHost(scope, id), bells };
}

/**
 * Takes the new secret that a host was asked for. The write that takes it ends the old one: at no time both let
 * somebody in. The same again, or with the new one as bearer, gives the same answer, so that a lost reply is harmless.
 * @returns the host, and whether its secret was replaced by this very call
 * @throws Failure `rotation_not_asked`; `secret_retired` when another secret was taken first; as `readBearer`
 */
export async function takeNewSecret(
  database: Database,
  secret: string,
  nextSecret: string,
  call: Call,
  now: number,
): Promise<{ host: Bearer; replaced: boolean }> {
  const heardFrom = call.address;
  const [from, to] = await Promise.all([sha256(secret), sha256(nextSecret)]);
  // At one moment: between two readings the same offer, sent again, could be taken.
  const [[known], [before]] = await database.batch([
    selectBearer(database, to),
    selectBearer(database, from),
  ]);
  if (known && (from === to || known.retiredSecretHash === from)) {
    return { host: await readBearer(database, nextSecret, heardFrom, now), replaced: false };
  }
  if (!before) throw await strangerFailure(database, from, heardFrom, now);
  if (before.revokedAt !== null) throw revoked(before.name);
  if (before.rotationAskedAt === null) {
    throw new Failure('rotation_not_asked', 'The secret stays as it is.');
  }
  const { id, name } = before;
  const message = `It has a new secret, from ${heardFrom ?? 'an unknown address'}; the old one no longer works.`;
  const event = { type: 'secret_rotated', message, createdAt: now } as const;
  const [host] = await write(
    database,
    [
      ...tellHosts(database, [id], event, awaitsSecretAfter(from)),
      ...auditStatements(
        { database, orgId: before.orgId, actor: { kind: 'host', hostId: id, name }, call },
        {
          resource: { kind: 'host', id, name },
          before: { secret_changed_at: toTime(before.secretChangedAt) },
          after: { secret_changed_at: toTime(now) },
          onlyIf: isHost(before.orgId, id, awaitsSecretAfter(from)),
        },
      ),
      {
        query: replaceSecret(database, { from, to }, now),
        refusal: new Failure('conflict', 'The new secret cannot be taken. Make another.'),
      },
    ],
    selectBearer(database, to),
  );
  // Another call came between the reading and the write.
  if (!host) throw await strangerFailure(database, from, heardFrom, now);
  return { host, replaced: true };
}
