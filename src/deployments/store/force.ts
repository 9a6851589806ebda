import { eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts, instances, launches } from '../../db/schema/index.ts';

/**
 * Gives up everything that a deployment has on hosts, whether or not they answer, in the order in which it must happen.
 * A host that answers finds its launches gone from its desired set, and stops them. What they hold of it stays claimed
 * until it says that they are gone: their containers may run until then.
 */
export function giveUpInstances(database: Database, deploymentId: string) {
  const hostIds = database
    .select({ id: launches.hostId })
    .from(launches)
    .innerJoin(instances, eq(instances.id, launches.instanceId))
    .where(eq(instances.deploymentId, deploymentId));
  const instanceIds = database
    .select({ id: instances.id })
    .from(instances)
    .where(eq(instances.deploymentId, deploymentId));
  return [
    database
      .update(hosts)
      .set({ desiredRevision: sql`desired_revision + 1` })
      .where(inArray(hosts.id, hostIds)),
    database.delete(launches).where(inArray(launches.instanceId, instanceIds)),
    database.delete(instances).where(eq(instances.deploymentId, deploymentId)),
  ];
}
