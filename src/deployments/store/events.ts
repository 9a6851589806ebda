import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { EventType } from '../../../contract/event.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { deployments, events, instances } from '../../db/schema/index.ts';
import { repeatOf } from '../../db/timelines.ts';

export type EventRow = typeof events.$inferSelect;

/** A line that stands for itself. */
export function insertEvent(
  database: Database,
  row: Pick<EventRow, 'subject' | 'orgId' | 'type' | 'message' | 'createdAt'> &
    Partial<Pick<EventRow, 'instanceId' | 'hostId' | 'generation'>>,
) {
  return database.insert(events).values({ ...row, id: newId('evt') });
}

/** The id of a line of a statement that may write several on one timeline. */
export function oneOfSeveral(eventId: string): SQL {
  return sql`${eventId} || substr(instances.id, 4)`;
}

/** A line for each of the instances. */
export function insertLines(
  database: Database,
  event: { id: SQL; type: EventType; message: string; until: number | null },
  which: SQL | undefined,
  now: number,
) {
  const { id, type, message, until } = event;
  const line = {
    subject: sql`instances.deployment_id`,
    type,
    instanceId: sql`instances.id`,
    generation: sql`instances.generation`,
  };
  return database.insert(events).select(
    database
      .select({
        subject: instances.deploymentId,
        id: sql<string>`${id}`.as('id'),
        orgId: instances.orgId,
        type: sql<EventType>`${type}`.as('type'),
        message: sql<string>`${message}`.as('message'),
        instanceId: instances.id,
        hostId: instances.hostId,
        generation: instances.generation,
        ...repeatOf(line, now),
        until: sql<number | null>`${until}`.as('until'),
        createdAt: sql<number>`${now}`.as('created_at'),
      })
      .from(instances)
      .where(which),
  );
}

/** The newest line of a timeline (`subject`, `id`). */
export function newestLine(subject: string): SQL {
  return sql`SELECT subject, id FROM events WHERE subject = ${subject} ORDER BY id DESC LIMIT 1`;
}

/** Newest first: at most `limit` events before the id `before`. */
export function selectEvents(
  database: Database,
  orgId: string,
  deploymentName: string,
  { before, limit }: { before: string | undefined; limit: number },
) {
  const subject = database
    .select({ id: deployments.id })
    .from(deployments)
    .where(and(eq(deployments.orgId, orgId), eq(deployments.name, deploymentName)));
  return selectFrom(database, inArray(events.subject, subject), before, limit);
}

/** Newest first: what the timeline of its deployment says of an instance. */
export function selectInstanceEvents(
  database: Database,
  orgId: string,
  instanceId: string,
  { before, limit }: { before: string | undefined; limit: number },
) {
  const subject = database
    .select({ id: instances.deploymentId })
    .from(instances)
    .where(and(eq(instances.orgId, orgId), eq(instances.id, instanceId)));
  const ofIt = and(inArray(events.subject, subject), eq(events.instanceId, instanceId));
  return selectFrom(database, ofIt, before, limit);
}

function selectFrom(
  database: Database,
  timeline: SQL | undefined,
  before: string | undefined,
  limit: number,
) {
  return database
    .select()
    .from(events)
    .where(and(timeline, before === undefined ? undefined : sql`${events.id} < ${before}`))
    .orderBy(desc(events.id))
    .limit(limit);
}

export function deleteEventsOf(database: Database, subject: string) {
  return database.delete(events).where(eq(events.subject, subject));
}
