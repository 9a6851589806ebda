import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { deployments, instances, launches } from '../../db/schema/index.ts';

export type LaunchRow = Awaited<ReturnType<typeof selectLaunchesOn>>[number];

/** What waits for a host, or is held by it, oldest first. */
export function selectLaunchesOn(database: Database, orgId: string, hostId: string) {
  return database
    .select({
      instanceId: launches.instanceId,
      generation: launches.generation,
      deploymentId: launches.deploymentId,
      deployment: deployments.name,
      state: instances.state,
      removedIn: launches.removedIn,
      createdAt: launches.createdAt,
    })
    .from(launches)
    .innerJoin(instances, eq(instances.id, launches.instanceId))
    .innerJoin(deployments, eq(deployments.id, launches.deploymentId))
    .where(and(eq(launches.orgId, orgId), eq(launches.hostId, hostId)))
    .orderBy(asc(launches.createdAt), asc(launches.instanceId), asc(launches.generation));
}
