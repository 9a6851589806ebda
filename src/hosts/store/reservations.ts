import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { deployments, instances, reservations } from '../../db/schema/index.ts';

export type ReservationRow = Awaited<ReturnType<typeof selectReservation>>[number];

/** What is kept in an organisation (on `hostId`, if it is given), and for whom. At most one row. */
export function selectReservation(database: Database, orgId: string, hostId?: string) {
  return database
    .select({
      hostId: reservations.hostId,
      instanceId: reservations.instanceId,
      deployment: deployments.name,
      since: instances.createdAt,
    })
    .from(reservations)
    .innerJoin(instances, eq(instances.id, reservations.instanceId))
    .innerJoin(deployments, eq(deployments.id, instances.deploymentId))
    .where(
      and(
        eq(reservations.orgId, orgId),
        hostId === undefined ? undefined : eq(reservations.hostId, hostId),
      ),
    );
}

/** Keeps a host for an instance, in the place of what was kept before. */
export function upsertReservation(
  database: Database,
  row: { orgId: string; hostId: string; instanceId: string },
) {
  const { hostId, instanceId } = row;
  return database
    .insert(reservations)
    .values(row)
    .onConflictDoUpdate({ target: reservations.orgId, set: { hostId, instanceId } });
}

export function deleteReservation(database: Database, instanceId: string) {
  return database.delete(reservations).where(eq(reservations.instanceId, instanceId));
}

/** True (in SQL) unless a host is kept for an older instance. Ids are sortable by time. */
export function isOldestToWait(orgId: string, instanceId: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM reservations
    WHERE org_id = ${orgId} AND instance_id < ${instanceId})`;
}

/** True (in SQL) unless the host is kept for another instance. */
export function isOpenTo(orgId: string, hostId: string, instanceId: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM reservations
    WHERE org_id = ${orgId} AND host_id = ${hostId} AND instance_id <> ${instanceId})`;
}
