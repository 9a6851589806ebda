import type { Host } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { readHost } from './read.ts';
import { isHost } from './store/change.ts';
import { tellHosts } from './store/events.ts';
import { isRevoked, unrevoke } from './store/identity.ts';

/**
 * The host's word is taken again, with the secret that it has: for a mistake, not for one that was stolen. Its agent asks
 * within a minute; what was placed elsewhere meanwhile it then stops.
 * @throws Failure `not_found`
 */
export async function unrevokeHost(scope: Scope, id: string): Promise<Host> {
  const { database, orgId, now } = scope;
  const before = await readHost(scope, id);
  const message = 'It is no longer revoked.';
  const event = { orgId, type: 'unrevoked', message, createdAt: now } as const;
  await write(database, [
    ...tellHosts(database, [id], event, isRevoked),
    ...scope.audit({
      resource: { kind: 'host', id, name: before.name },
      before: { revoked_at: before.revoked_at },
      after: { revoked_at: null },
      onlyIf: isHost(orgId, id, isRevoked),
    }),
    { query: unrevoke(database, orgId, id) },
  ]);
  return readHost(scope, id);
}
