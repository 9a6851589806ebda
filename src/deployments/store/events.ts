import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { deployments, events } from '../../db/schema.ts';

export type EventRow = typeof events.$inferSelect;

export function insertEvent(
  database: Database,
  row: Omit<EventRow, 'id' | 'instanceId' | 'hostId' | 'generation'> &
    Partial<Pick<EventRow, 'instanceId' | 'hostId' | 'generation'>>,
) {
  return database.insert(events).values({ ...row, id: newId('evt') });
}

/** Newest first: at most `limit` events before the id `before`. */
export function selectEvents(
  database: Database,
  orgId: string,
  deploymentName: string,
  before: string | undefined,
  limit: number,
) {
  const subject = database
    .select({ id: deployments.id })
    .from(deployments)
    .where(and(eq(deployments.orgId, orgId), eq(deployments.name, deploymentName)));
  return database
    .select()
    .from(events)
    .where(
      and(
        inArray(events.subject, subject),
        before === undefined ? undefined : sql`${events.id} < ${before}`,
      ),
    )
    .orderBy(desc(events.id))
    .limit(limit);
}

export function deleteEventsOf(database: Database, subject: string) {
  return database.delete(events).where(eq(events.subject, subject));
}

export function deleteEventsBefore(database: Database, before: number) {
  return database.delete(events).where(lt(events.createdAt, before));
}

/** Takes away all but the newest `keep` events of each subject; writes for subjects that have more only. */
export function deleteEventsBeyond(database: Database, keep: number) {
  return database.run(sql`
    WITH long (subject, oldest) AS MATERIALIZED (
      SELECT l.subject, (SELECT e.id FROM events e WHERE e.subject = l.subject
                         ORDER BY e.id DESC LIMIT 1 OFFSET ${keep - 1})
      FROM (SELECT subject FROM events GROUP BY subject HAVING count(*) > ${keep}) l)
    DELETE FROM events WHERE (subject, id) IN (
      SELECT e.subject, e.id FROM long JOIN events e ON e.subject = long.subject AND e.id < long.oldest)`);
}
