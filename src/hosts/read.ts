import { Failure } from '../../contract/failure.ts';
import type { Host } from '../../contract/host.ts';
import type { Scope } from '../tenancy/scope.ts';
import { toHost } from './model.ts';
import { type ClaimRow, selectClaims } from './store/claims.ts';
import { type HostRow, selectHost, selectHosts } from './store/hosts.ts';

/** At most `limit` hosts after the id `after`, with what they hold. */
export async function listHosts(
  scope: Scope,
  after: string | undefined,
  limit: number,
): Promise<{ row: HostRow; claims: ClaimRow[] }[]> {
  const rows = await selectHosts(scope.database, scope.orgId, after, limit);
  const ids = rows.map((row) => row.id);
  const claims = ids.length > 0 ? await selectClaims(scope.database, scope.orgId, ids) : [];
  return rows.map((row) => ({ row, claims: claims.filter((claim) => claim.hostId === row.id) }));
}

/** @throws Failure `not_found` */
export async function getHost(scope: Scope, id: string): Promise<Host> {
  const [[row], claims] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectClaims(scope.database, scope.orgId, [id]),
  ]);
  if (!row) throw new Failure('not_found', `There is no host "${id}".`);
  return toHost(row, claims);
}
