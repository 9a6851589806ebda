import { Failure } from '../../contract/failure.ts';
import type { Host, HostDetail } from '../../contract/host.ts';
import type { Scope } from '../tenancy/scope.ts';
import { toHost, toHostLaunch, toHostReservation } from './model.ts';
import { type ClaimRow, selectClaims } from './store/claims.ts';
import { type HostEventRow, selectHostEvents } from './store/events.ts';
import { type HostRow, selectHost, selectHosts } from './store/hosts.ts';
import { selectLaunchesOn } from './store/launches.ts';
import { selectReservation } from './store/reservations.ts';

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
export async function readHost(scope: Scope, id: string): Promise<Host> {
  const [[row], claims] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectClaims(scope.database, scope.orgId, [id]),
  ]);
  if (!row) throw noHost(id);
  return toHost(row, claims);
}

/** A host with its launch queue, and whom it is kept for. @throws Failure `not_found` */
export async function getHost(scope: Scope, id: string): Promise<HostDetail> {
  const [[row], claims, launches, [reservation]] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectClaims(scope.database, scope.orgId, [id]),
    selectLaunchesOn(scope.database, scope.orgId, id),
    selectReservation(scope.database, scope.orgId, id),
  ]);
  if (!row) throw noHost(id);
  return {
    ...toHost(row, claims),
    launches: launches.map(toHostLaunch),
    reserved_for: reservation ? toHostReservation(reservation) : null,
  };
}

/** The ids of the deployments that have something on a host. */
export async function deploymentsOn(scope: Scope, id: string): Promise<string[]> {
  const launches = await selectLaunchesOn(scope.database, scope.orgId, id);
  return [...new Set(launches.map((launch) => launch.deploymentId))];
}

/** Newest first: at most `limit` events before the id `before`. @throws Failure `not_found` */
export async function listHostEvents(
  scope: Scope,
  id: string,
  before: string | undefined,
  limit: number,
): Promise<HostEventRow[]> {
  const [[row], events] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectHostEvents(scope.database, scope.orgId, id, before, limit),
  ]);
  if (!row) throw noHost(id);
  return events;
}

export function noHost(id: string): Failure {
  return new Failure('not_found', `There is no host "${id}".`);
}
