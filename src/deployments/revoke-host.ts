import type { Host } from '../../contract/host.ts';
import { write } from '../db/batch.ts';
import { toTime } from '../db/time.ts';
import { noHost, readHost } from '../hosts/read.ts';
import { isHost } from '../hosts/store/change.ts';
import { tellHosts } from '../hosts/store/events.ts';
import { selectHost } from '../hosts/store/hosts.ts';
import { isTrusted, revoke } from '../hosts/store/identity.ts';
import type { Scope } from '../tenancy/scope.ts';
import { revokedMessage } from './silence.ts';
import { markUnreachable, tellUnreachable } from './store/reports.ts';

const why = { reason: 'host_revoked', message: revokedMessage };

/**
 * Takes a host's word no more, from its next message on: it gets no launch, no secret and no bell, and places nothing.
 * Its containers are left alone, since nobody can tell it to stop them; what it ran counts as unreachable at once, so
 * that nobody is sent there, and is replaced elsewhere after `replace_after_seconds`, as for a host that is lost.
 * Asked for again it changes nothing.
 * @returns the host, its hub, and the deployments that have instances on it
 * @throws Failure `not_found`
 */
export async function revokeHost(
  scope: Scope,
  id: string,
): Promise<{ host: Host; hub: number; deployments: string[] }> {
  const { database, orgId, now } = scope;
  const [row] = await selectHost(database, orgId, id);
  if (!row) throw noHost(id);
  const message = 'It is revoked: it gets no more work, and nothing it reports is accepted.';
  const event = { orgId, type: 'revoked', message, createdAt: now } as const;
  const moved =
    row.revokedAt !== null
      ? []
      : await write(
          database,
          [
            ...tellHosts(database, [id], event, isTrusted),
            ...scope.audit({
              resource: { kind: 'host', id, name: row.name },
              before: { revoked_at: null },
              after: { revoked_at: toTime(now) },
              onlyIf: isHost(orgId, id, isTrusted),
            }),
            ...tellUnreachable(database, orgId, [id], now, why),
            { query: revoke(database, orgId, id, now) },
          ],
          markUnreachable(database, orgId, [id], now, why),
        );
  const deployments = [...new Set(moved.map(({ deploymentId }) => deploymentId))];
  return { host: await readHost(scope, id), hub: row.hub, deployments };
}
