import { Failure } from '../../contract/failure.ts';
import { type Statement, write } from '../db/batch.ts';
import { noHost } from '../hosts/read.ts';
import { selectHost } from '../hosts/store/hosts.ts';
import { type LaunchRow, selectLaunchesOn } from '../hosts/store/launches.ts';
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
 * Removes a host, all at once: its agent is a stranger from then on. With `force` also one that holds launches: what
 * stays wanted waits for another place, what leaves counts as gone, and its containers are nobody's any more. A
 * placement at the same time either came first and is undone with the rest, or finds no host and plans anew.
 * @returns the deployments that a step of the planner waits for
 * @throws Failure `not_found`; `in_use` with the instances, without `force`
 */
export async function removeHost(scope: Scope, id: string, force: boolean): Promise<string[]> {
  const { database, orgId, now } = scope;
  const [[host], launches] = await database.batch([
    selectHost(database, orgId, id),
    selectLaunchesOn(database, orgId, id),
  ]);
  if (!host) throw noHost(id);
  if (!force && launches.length > 0) throw inUse(host.name, launches);
  const message = `Its host ${host.name} was removed.`;
  const giveUp: Statement[] = force ? [{ query: deleteLaunchesOn(database, id) }] : [];
  await write(database, [
    { query: insertRemovalEvents(database, id, message, now) },
    { query: advanceVersionsOn(database, id, now) },
    { query: unplaceInstances(database, id, `${message} It waits for another place.`, now) },
    { query: endLeavingInstances(database, id, message, now) },
    ...giveUp,
    { query: deleteEventsOf(database, id) },
    { query: deleteHost(database, orgId, id), orphan: inUse(host.name, launches) },
  ]);
  return [...new Set(launches.map((launch) => launch.deploymentId))];
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
