import { Failure } from '../../contract/failure.ts';
import type { Host, HostDetail } from '../../contract/host.ts';
import type { Scope } from '../tenancy/scope.ts';
import { toHost, toHostClaim, toHostLaunch, toHostReservation } from './model.ts';
import { selectClaimSums, selectClaimsOn } from './store/claims.ts';
import { type HostEventRow, selectHostEvents } from './store/events.ts';
import { idsOfPage, selectHost, selectHosts } from './store/hosts.ts';
import { selectLaunchesOn } from './store/launches.ts';
import { selectReservation } from './store/reservations.ts';
import { selectRivals } from './store/rivals.ts';

/** At most `limit` hosts after the id `after`. */
export async function listHosts(
  scope: Scope,
  after: string | undefined,
  limit: number,
): Promise<Host[]> {
  const { database, orgId } = scope;
  const ids = idsOfPage(orgId, after, limit);
  const [rows, sums, rivals] = await database.batch([
    selectHosts(database, orgId, after, limit),
    selectClaimSums(database, ids),
    selectRivals(database, ids),
  ]);
  const claimed = new Map(sums.map((sum) => [sum.hostId, sum]));
  const rivalOf = new Map(rivals.map((rival) => [rival.hostId, rival]));
  return rows.map((row) => toHost(row, claimed.get(row.id), rivalOf.get(row.id), scope.now));
}

/** @throws Failure `not_found` */
export async function readHost(scope: Scope, id: string): Promise<Host> {
  const [[row], [sum], [rival]] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectClaimSums(scope.database, [id]),
    selectRivals(scope.database, [id]),
  ]);
  if (!row) throw noHost(id);
  return toHost(row, sum, rival, scope.now);
}

/** A host with all that it holds, its launch queue, and whom it is kept for. @throws Failure `not_found` */
export async function getHost(scope: Scope, id: string): Promise<HostDetail> {
  const [[row], [sum], [rival], claims, launches, [reservation]] = await scope.database.batch([
    selectHost(scope.database, scope.orgId, id),
    selectClaimSums(scope.database, [id]),
    selectRivals(scope.database, [id]),
    selectClaimsOn(scope.database, id),
    selectLaunchesOn(scope.database, scope.orgId, id),
    selectReservation(scope.database, scope.orgId, id),
  ]);
  if (!row) throw noHost(id);
  return {
    ...toHost(row, sum, rival, scope.now),
    claims: claims.map(toHostClaim),
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
