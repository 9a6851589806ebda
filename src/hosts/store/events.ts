import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { events, hosts } from '../../db/schema.ts';

export type HostEventRow = typeof events.$inferSelect;

/**
 * A line on the timeline of each of these hosts that is there (in `orgId`, if it is given) and for which `condition`
 * holds. Goes before the statement that brings the change about, so that what changes nothing is not told.
 */
export function insertHostEvents(
  database: Database,
  hostIds: readonly string[],
  event: { orgId?: string; type: string; message: string; createdAt: number },
  condition?: SQL,
) {
  return database.insert(events).select(
    database
      .select({
        subject: hosts.id,
        // Unique on each timeline, which has no other line of this statement.
        id: sql<string>`${newId('evt')}`.as('id'),
        orgId: hosts.orgId,
        type: sql<string>`${event.type}`.as('type'),
        message: sql<string>`${event.message}`.as('message'),
        instanceId: sql<string | null>`NULL`.as('instance_id'),
        hostId: sql<string>`${hosts.id}`.as('host_id'),
        generation: sql<number | null>`NULL`.as('generation'),
        createdAt: sql<number>`${event.createdAt}`.as('created_at'),
      })
      .from(hosts)
      .where(
        and(
          event.orgId === undefined ? undefined : eq(hosts.orgId, event.orgId),
          inArray(hosts.id, [...hostIds]),
          condition,
        ),
      ),
  );
}

/** Newest first: at most `limit` events before the id `before`. */
export function selectHostEvents(
  database: Database,
  orgId: string,
  hostId: string,
  before: string | undefined,
  limit: number,
) {
  return database
    .select()
    .from(events)
    .where(
      and(
        eq(events.subject, hostId),
        eq(events.orgId, orgId),
        before === undefined ? undefined : sql`${events.id} < ${before}`,
      ),
    )
    .orderBy(desc(events.id))
    .limit(limit);
}
