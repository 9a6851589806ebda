import { Failure } from '../../contract/failure.ts';
import type { HostReason } from '../../contract/instance.ts';
import { place } from '../placement/place.ts';
import type { Scope } from '../tenancy/scope.ts';
import { versionsFor } from './check.ts';
import { placementRequest } from './placer.ts';
import { readWorld } from './world.ts';

/** So many are told of one instance: a list of all the hosts of a large organisation answers nothing. */
const mostReasons = 200;

/**
 * Host by host, why a pending instance is on none, as it is now: its message has the same in short, as it was when its
 * placement was last tried. Empty where a host fits by now. Two database requests.
 */
export async function whyPending(
  { database, now }: Pick<Scope, 'database' | 'now'>,
  instance: { id: string; deploymentId: string },
): Promise<HostReason[]> {
  const world = await readWorld(database, instance.deploymentId, now);
  if (!world) return [];
  try {
    const request = placementRequest(world.deployment.spec, versionsFor(world));
    const result = place({ ...request, instanceId: instance.id }, world.hosts);
    return result.placement ? [] : result.reasons.slice(0, mostReasons);
  } catch (error) {
    // No version of its backend fits any more, whatever the host: its message says so.
    if (error instanceof Failure) return [];
    throw error;
  }
}
