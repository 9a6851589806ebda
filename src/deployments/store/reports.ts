import { and, eq, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { ObservedInstance } from '../../../contract/agent-protocol.ts';
import type { EventType } from '../../../contract/event.ts';
import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { claims, instances, launches } from '../../db/schema/index.ts';
import { tidyTimelines } from '../../db/timelines.ts';
import { statesBefore } from '../model.ts';
import { silentMessage } from '../silence.ts';
import { insertLines, oneOfSeveral } from './events.ts';
import { hasLostGpu } from './instances.ts';

/** The instance that a report speaks of, if it speaks of its current generation on that host and moves it forward. */
function isMovedBy(report: ObservedInstance, hostId: SQL): SQL | undefined {
  return and(
    eq(instances.id, report.instance_id),
    eq(instances.generation, report.generation),
    sql`${instances.hostId} = ${hostId}`,
    inArray(instances.state, statesBefore(report.state, report.container_id === null)),
  );
}

/** True (in SQL) where a report is more than the same again in other words. */
function isNews(report: ObservedInstance): SQL {
  const again = sql`${instances.restarts} < ${report.restarts}`;
  const runs = report.started_age_ms === null ? 0 : 1;
  // A run that its agent is about to end for its health keeps its line for the end.
  if (report.state === 'restarting' && runs === 1) return again;
  return sql`(${again} OR (${instances.state}, ${instances.reason}, ${instances.startedAt} IS NOT NULL)
    IS NOT (${report.state}, ${report.reason}, ${runs}))`;
}

/** A line on the timeline where a report brings an instance into another state. Goes before `recordReport`. */
export function insertReportEvent(
  database: Database,
  { id, type, report }: { id: string; type: EventType; report: ObservedInstance },
  hostId: SQL,
  now: number,
) {
  const until = report.retry_in_ms === undefined ? null : now + report.retry_in_ms;
  const event = { id: sql`${id}`, type, message: report.message, until };
  return insertLines(database, event, and(isMovedBy(report, hostId), isNews(report)), now);
}

/** Goes after the lines of a sync: `hostLine`, and those of `events`, as far as they were written. */
export function tidyAfterSync(
  database: Database,
  hostLine: SQL,
  events: readonly { id: string; report: ObservedInstance }[],
) {
  const pairs = events.map(({ id, report }) => [report.instance_id, id]);
  return tidyTimelines(
    database,
    sql`${hostLine} UNION ALL SELECT i.deployment_id AS subject, json_extract(p.value, '$[1]') AS id
      FROM json_each(${JSON.stringify(pairs)}) p CROSS JOIN instances i ON i.id = json_extract(p.value, '$[0]')`,
  );
}

/** Until a generation has a container of its own, it counts since when the one before it has served. */
function readyAtAfter(report: ObservedInstance, reported: number | null): SQL | number | null {
  if (report.container_id !== null || reported !== null) return reported;
  return sql`CASE WHEN ${instances.containerId} IS NULL AND ${instances.state} <> 'unreachable'
    THEN ${instances.readyAt} END`;
}

/** Takes a report over; a report that says nothing new writes no row. */
export function recordReport(
  database: Database,
  report: ObservedInstance,
  hostId: SQL,
  now: number,
) {
  const age = (milliseconds: number | null) =>
    milliseconds === null ? null : Math.max(0, now - milliseconds);
  return database
    .update(instances)
    .set({
      state: report.state,
      reason: report.reason,
      message: report.message,
      restarts: report.restarts,
      exitCode: report.exit?.code ?? null,
      oomKilled: report.exit?.oom_killed ?? null,
      containerId: report.container_id,
      imageDigest: report.image_digest ?? null,
      startedAt: age(report.started_age_ms),
      readyAt: readyAtAfter(report, age(report.ready_age_ms)),
      retryAt: report.retry_in_ms === undefined ? null : now + report.retry_in_ms,
      updatedAt: now,
    })
    .where(
      and(
        isMovedBy(report, hostId),
        sql`(${instances.state}, ${instances.reason}, ${instances.message}, ${instances.restarts}, ${instances.containerId},
          ${instances.imageDigest}) IS NOT (${report.state}, ${report.reason}, ${report.message}, ${report.restarts},
          ${report.container_id}, ${report.image_digest ?? null})`,
      ),
    )
    .returning({
      deploymentId: instances.deploymentId,
      state: instances.state,
      lostGpu: hasLostGpu,
      rolling: sql<number>`(SELECT d.rolling FROM deployments d WHERE d.id = ${instances.deploymentId})`,
    });
}

/**
 * The launches of a host that have ended: a complete observation, made while the host held a desired set without
 * them, names neither their container nor work for them.
 */
function endedLaunches(
  held: { revision: number; era: string | null },
  observed: readonly ObservedInstance[],
  hostId: SQL,
): SQL {
  const names = observed.map((report) => `${report.instance_id}/${report.generation}`);
  return sql`SELECT instance_id, generation FROM launches
    WHERE host_id = ${hostId} AND removed_in <= ${held.revision}
    AND ${held.era} IS (SELECT value FROM settings WHERE key = 'era')
    AND instance_id || '/' || generation NOT IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
}

/**
 * True (in SQL) for the claims of instances that are no more (a forced deletion leaves them), once the host holds the
 * newest desired set and a complete observation names nothing of the instance.
 */
function isAbandoned(
  held: { revision: number; era: string | null },
  observed: readonly ObservedInstance[],
  hostId: SQL,
): SQL {
  const ids = observed.map((report) => report.instance_id);
  return sql`NOT EXISTS (SELECT 1 FROM instances i WHERE i.id = ${claims.instanceId})
    AND (SELECT desired_revision FROM hosts WHERE id = ${hostId}) <= ${held.revision}
    AND ${held.era} IS (SELECT value FROM settings WHERE key = 'era')
    AND ${claims.instanceId} NOT IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}
const goneMessage = 'Its container is gone.';

/** What the ended launches of a host set free and bring about, in the order in which it must happen. */
export function endLaunches(
  database: Database,
  held: { revision: number; era: string | null },
  observed: readonly ObservedInstance[],
  hostId: SQL,
  now: number,
) {
  const ended = endedLaunches(held, observed, hostId);
  const isStopped = and(
    inArray(instances.state, ['stopping', 'deleting']),
    sql`${instances.id} IN (SELECT instance_id FROM (${ended}))`,
    // Also of an earlier generation none is left.
    sql`NOT EXISTS (SELECT 1 FROM launches l WHERE l.instance_id = ${instances.id}
      AND (l.instance_id, l.generation) NOT IN (${ended}))`,
  );
  return {
    freeClaims: database
      .delete(claims)
      .where(
        and(
          sql`${claims.hostId} = ${hostId}`,
          or(
            and(
              sql`${claims.instanceId} IN (SELECT instance_id FROM (${ended}))`,
              // A generation in place inherits what the one before it holds, until that one has ended too.
              sql`NOT EXISTS (SELECT 1 FROM launches l WHERE l.instance_id = ${claims.instanceId}
                AND l.host_id = ${claims.hostId} AND l.generation <= ${claims.generation}
                AND (l.instance_id, l.generation) NOT IN (${ended}))`,
            ),
            isAbandoned(held, observed, hostId),
          ),
        ),
      )
      .returning({ resource: claims.resource }),
    tellStopped: insertLines(
      database,
      { id: oneOfSeveral(newId('evt')), type: 'stopped', message: goneMessage, until: null },
      isStopped,
      now,
    ),
    stopInstances: database
      .update(instances)
      .set({ state: 'stopped', message: goneMessage, hostId: null, updatedAt: now })
      .where(isStopped)
      .returning({ deploymentId: instances.deploymentId }),
    deleteLaunches: database
      .delete(launches)
      .where(sql`(${launches.instanceId}, ${launches.generation}) IN (${ended})`),
  };
}

/** True (in SQL) for what runs on hosts that fell silent. */
function isOnSilent(database: Database, orgId: string, hostIds: readonly string[]) {
  const placed = database
    .select({ id: launches.instanceId })
    .from(launches)
    .where(and(inArray(launches.hostId, [...hostIds]), isNull(launches.removedIn)));
  return and(
    eq(instances.orgId, orgId),
    inArray(instances.id, placed),
    inArray(instances.hostId, [...hostIds]),
    inArray(instances.state, statesBefore('unreachable')),
  );
}

const silence = { reason: 'host_offline', message: silentMessage };

/** A line for each instance that `markUnreachable` changes, which comes after it. */
export function tellUnreachable(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
  { message } = silence,
): Statement[] {
  const eventId = newId('evt');
  const id = oneOfSeveral(eventId);
  const event = { id, type: 'unreachable', message, until: null } as const;
  const which = and(isOnSilent(database, orgId, hostIds), ne(instances.state, 'unreachable'));
  const lines = sql`SELECT deployment_id AS subject, ${id} AS id FROM instances WHERE ${which}`;
  return [
    { query: insertLines(database, event, which, now) },
    { query: tidyTimelines(database, lines) },
  ];
}

/** The instances of hosts that fell silent, or whose word counts no more. Their hosts say how they are when they are back. */
export function markUnreachable(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
  why = silence,
) {
  return database
    .update(instances)
    .set({ state: 'unreachable', ...why, updatedAt: now })
    .where(isOnSilent(database, orgId, hostIds))
    .returning({ deploymentId: instances.deploymentId });
}
