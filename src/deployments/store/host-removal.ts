import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { deployments, hosts, instances, launches } from '../../db/schema/index.ts';
import { insertLines, oneOfSeveral } from './events.ts';

/** Those that leave anyway: with their last launch nothing of them is left. */
const leaving = ['stopping', 'stopped', 'deleting'] as const;

/** Every instance that is on a host has a launch there, whichever generation. */
function instancesOn(database: Database, hostId: string) {
  return database
    .select({ id: launches.instanceId })
    .from(launches)
    .where(eq(launches.hostId, hostId));
}

/** True (in SQL) for the instances whose current generation is on a host. */
function isPlacedOn(database: Database, hostId: string) {
  return and(inArray(instances.id, instancesOn(database, hostId)), eq(instances.hostId, hostId));
}

/** Deployments with something on a host. A plan that was made before must not be applied after its removal. */
export function advanceVersionsOn(database: Database, hostId: string, now: number) {
  return database
    .update(deployments)
    .set({ version: sql`version + 1`, updatedAt: now })
    .where(
      sql`${deployments.id} IN (SELECT deployment_id FROM launches WHERE host_id = ${hostId})`,
    );
}

/** A line on the timelines of the deployments for each instance that a host's removal concerns. */
export function insertRemovalEvents(
  database: Database,
  hostId: string,
  message: string,
  now: number,
) {
  const id = oneOfSeveral(newId('evt'));
  const event = { id, type: 'host_removed', message, until: null } as const;
  return insertLines(database, event, isPlacedOn(database, hostId), now);
}

/** What stays wanted waits for another place. */
export function unplaceInstances(database: Database, hostId: string, message: string, now: number) {
  return database
    .update(instances)
    .set({
      state: 'pending',
      reason: null,
      message,
      hostId: null,
      containerId: null,
      imageDigest: null,
      startedAt: null,
      readyAt: null,
      updatedAt: now,
    })
    .where(and(isPlacedOn(database, hostId), sql`${instances.state} NOT IN ${leaving}`));
}

/**
 * What leaves is stopped when this host had the last of it; else it waits for the host that has an earlier generation.
 * Goes before `deleteLaunchesOn`.
 */
export function endLeavingInstances(
  database: Database,
  hostId: string,
  message: string,
  now: number,
) {
  const elsewhere = sql`SELECT l.host_id FROM launches l
    WHERE l.instance_id = ${instances.id} AND l.host_id <> ${hostId}`;
  return database
    .update(instances)
    .set({
      state: sql`CASE WHEN EXISTS (${elsewhere}) THEN ${instances.state} ELSE 'stopped' END`,
      message,
      hostId: sql`(${elsewhere} ORDER BY l.generation DESC LIMIT 1)`,
      updatedAt: now,
    })
    .where(
      and(
        inArray(instances.id, instancesOn(database, hostId)),
        inArray(instances.state, [...leaving]),
      ),
    );
}

export function deleteLaunchesOn(database: Database, hostId: string) {
  return database.delete(launches).where(eq(launches.hostId, hostId));
}

/** With its claims and barred ports; a launch on it refuses this by its foreign key. */
export function deleteHost(database: Database, orgId: string, hostId: string) {
  return database.delete(hosts).where(and(eq(hosts.orgId, orgId), eq(hosts.id, hostId)));
}
