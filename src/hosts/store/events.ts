import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { EventType } from '../../../contract/event.ts';
import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { events, hosts } from '../../db/schema/index.ts';
import { repeatOf, tidyTimelines } from '../../db/timelines.ts';
import { isNewestWord, type Speaker } from './hosts.ts';

export type HostEventRow = typeof events.$inferSelect;

/** Something that happened to a host. */
export interface HostEvent {
  type: EventType;
  /** In SQL it may name columns of the host. */
  message: string | SQL;
  createdAt: number;
  /** It may be one line with an equal one of before, whose message is lost. */
  folds?: boolean;
}

/**
 * A line on the timeline of each of these hosts that is there (in `orgId`, if it is given) and for which `condition`
 * holds. Goes before the statement that brings the change about, so that what changes nothing is not told.
 */
export function tellHosts(
  database: Database,
  hostIds: readonly string[],
  { orgId, type, message, createdAt, folds = false }: HostEvent & { orgId?: string },
  condition?: SQL,
): Statement[] {
  // Unique on each timeline, which gets no other line of this statement.
  const id = newId('evt');
  const insert = database.insert(events).select(
    database
      .select({
        ...lineOf(id, type),
        message: sql<string>`${message}`.as('message'),
        ...restOf(folds ? type : null, createdAt),
      })
      .from(hosts)
      .where(
        and(
          orgId === undefined ? undefined : eq(hosts.orgId, orgId),
          inArray(hosts.id, [...hostIds]),
          condition,
        ),
      ),
  );
  return [{ query: insert }, { query: tidyTimelines(database, linesOf(hostIds, id)) }];
}

/** A line where a sync brings a host back, or is the first one of an agent. Goes before `recordSync`. */
export function insertArrivalEvent(
  database: Database,
  speaker: Speaker,
  arrival: { id: string; agentVersion: string },
  now: number,
) {
  const { id, agentVersion } = arrival;
  const isBack = sql`${hosts.status} <> 'online'`;
  const isNewAgent = sql`${hosts.agentVersion} IS NOT ${agentVersion}`;
  const type = sql<EventType>`CASE WHEN ${isBack} THEN 'online'
    WHEN ${isNewAgent} THEN 'agent_updated' ELSE 'agent_restarted' END`;
  const silence = sql`CASE WHEN ${hosts.epoch} = 0 THEN 'It made contact for the first time.'
    WHEN ${hosts.status} = 'suspect' THEN 'It is back in contact after losing its link.'
    WHEN ${isBack} THEN 'It is back in contact after ' ||
      CAST((${now} - coalesce(${hosts.lastSeenAt}, ${hosts.statusChangedAt})) / 1000 AS INTEGER) || ' s.' ELSE '' END`;
  const agent = sql`CASE WHEN ${hosts.epoch} = 0 THEN ' Its agent has version ' || ${agentVersion} || '.'
    WHEN ${isNewAgent} THEN ' Its agent has version ' || ${agentVersion} || ' now; it had ' || ${hosts.agentVersion} || '.'
    WHEN ${hosts.epoch} < ${speaker.epoch} THEN ' Its agent was restarted.' ELSE '' END`;
  return database.insert(events).select(
    database
      .select({
        ...lineOf(id, type),
        message: sql<string>`trim(${silence} || ${agent})`.as('message'),
        ...restOf(type, now),
      })
      .from(hosts)
      .where(and(isNewestWord(speaker), sql`(${isBack} OR ${hosts.epoch} < ${speaker.epoch})`)),
  );
}

/** The line with this id on the timeline of the host that has this secret. */
export function lineOfSpeaker(secretHash: string, id: string): SQL {
  return sql`SELECT h.id AS subject, ${id} AS id FROM hosts h WHERE h.secret_hash = ${secretHash}`;
}

const nothing = sql<null>`NULL`;
const once = {
  count: sql<number>`1`.as('count'),
  firstAt: sql<number | null>`NULL`.as('first_at'),
};

function linesOf(hostIds: readonly string[], id: string): SQL {
  return sql`SELECT h.value AS subject, ${id} AS id FROM json_each(${JSON.stringify(hostIds)}) h`;
}

function lineOf(id: string, type: SQL<EventType> | EventType) {
  return {
    subject: hosts.id,
    id: sql<string>`${id}`.as('id'),
    orgId: hosts.orgId,
    type: sql<EventType>`${type}`.as('type'),
  };
}

/** `repeats`: what an equal line of before has as its type; null where this one stands for itself. */
function restOf(repeats: SQL<EventType> | EventType | null, now: number) {
  return {
    instanceId: sql<string | null>`NULL`.as('instance_id'),
    hostId: sql<string>`${hosts.id}`.as('host_id'),
    generation: sql<number | null>`NULL`.as('generation'),
    ...(repeats === null
      ? once
      : repeatOf(
          { subject: sql`hosts.id`, type: repeats, instanceId: nothing, generation: nothing },
          now,
        )),
    until: sql<number | null>`NULL`.as('until'),
    createdAt: sql<number>`${now}`.as('created_at'),
  };
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
