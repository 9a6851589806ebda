import { Failure } from '../../contract/failure.ts';
import { type Statement, write } from '../db/batch.ts';
import { decidedOf } from '../hosts/model.ts';
import { noHost } from '../hosts/read.ts';
import { isHost } from '../hosts/store/change.ts';
import { type ClaimRow, selectClaimsOn } from '../hosts/store/claims.ts';
import { selectHost } from '../hosts/store/hosts.ts';
import { type LaunchRow, selectLaunchesOn } from '../hosts/store/launches.ts';
import { rememberRemoved } from '../hosts/store/removed.ts';
import type { Scope } from '../tenancy/scope.ts';
import { deleteEventsOf } from './store/events.ts';
import {
  advanceVersionsOn,
  deleteHost,
  deleteLaunchesOn,
  endLeavingInstances,
  insertRemovalEvents,
  unplaceInstances,
} from './store/host-removal.ts';

/**
 * Removes a host, all at once: its agent is told so from then on, and stops what it still runs. With `force` also one that holds launches: what
 * stays wanted waits for another place, what leaves counts as gone, and its containers stop when its agent is heard. A
 * placement at the same time either came first and is undone with the rest, or finds no host and plans anew.
 * @returns the deployments that a step of the planner waits for, and the hub that has to forget the host
 * @throws Failure `not_found`; `in_use` with the instances, without `force`, also while one of a deployment that was
 * deleted by force may run there
 */
export async function removeHost(
  scope: Scope,
  id: string,
  force: boolean,
): Promise<{ deployments: string[]; hub: number }> {
  const { database, orgId, now } = scope;
  const [[host], launches, claims] = await database.batch([
    selectHost(database, orgId, id),
    selectLaunchesOn(database, orgId, id),
    selectClaimsOn(database, id),
  ]);
  if (!host) throw noHost(id);
  if (!force && launches.length > 0) throw inUse(host.name, launches);
  if (!force && claims.length > 0) throw stillRuns(host.name, claims);
  const message = `Its host ${host.name} was removed.`;
  const giveUp: Statement[] = force ? [{ query: deleteLaunchesOn(database, id) }] : [];
  await write(database, [
    ...scope.audit({
      resource: { kind: 'host', id, name: host.name },
      before: decidedOf(host),
      after: null,
      note: force ? 'By force: what it held is given up.' : undefined,
      onlyIf: isHost(orgId, id),
    }),
    { query: insertRemovalEvents(database, id, message, now) },
    { query: advanceVersionsOn(database, id, now) },
    { query: unplaceInstances(database, id, `${message} It is waiting for another host.`, now) },
    { query: endLeavingInstances(database, id, message, now) },
    ...giveUp,
    { query: deleteEventsOf(database, id) },
    { query: rememberRemoved(database, orgId, [id], now) },
    { query: deleteHost(database, orgId, id), orphan: inUse(host.name, launches) },
  ]);
  const deployments = [...new Set(launches.map((launch) => launch.deploymentId))];
  return { deployments, hub: host.hub };
}

/** What a forced deletion left behind holds its claims until the host says that it is gone. */
function stillRuns(name: string, claims: readonly ClaimRow[]): Failure {
  return new Failure(
    'in_use',
    `The host "${name}" may still run containers of deployments that were deleted by force. It stops them when it is heard: wait for that, or stop them on the machine and give up what they hold with "?force=true".`,
    [...new Set(claims.map(({ instanceId }) => instanceId))].map((id) => ({
      pointer: '',
      code: 'in_use',
      detail: `Nothing says yet that the container of the instance ${id}, which is deleted, is gone.`,
    })),
  );
}

function inUse(name: string, launches: readonly LaunchRow[]): Failure {
  const holders = new Map(launches.map((launch) => [launch.instanceId, launch.deployment]));
  return new Failure(
    'in_use',
    `The host "${name}" holds launches. Drain it first, or give up what runs on it with "?force=true".`,
    [...holders].map(([id, deployment]) => ({
      pointer: '',
      code: 'in_use',
      detail: `The instance ${id} of the deployment ${deployment} is on it.`,
    })),
  );
}
