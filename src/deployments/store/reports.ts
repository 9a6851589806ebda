import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { ObservedInstance } from '../../../contract/agent-protocol.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { claims, events, instances, launches } from '../../db/schema.ts';
import { statesBefore } from '../model.ts';
import { silentMessage } from '../silence.ts';

/** The instance that a report speaks of, if it speaks of its current generation on that host and moves it forward. */
function isMovedBy(report: ObservedInstance, hostId: SQL): SQL | undefined {
  return and(
    eq(instances.id, report.instance_id),
    eq(instances.generation, report.generation),
    sql`${instances.hostId} = ${hostId}`,
    inArray(instances.state, statesBefore(report.state, report.container_id === null)),
  );
}

/** A line on the timeline where a report brings an instance into another state. Goes before `recordReport`. */
export function insertReportEvent(
  database: Database,
  report: ObservedInstance,
  hostId: SQL,
  now: number,
) {
  return database.insert(events).select(
    database
      .select({
        subject: instances.deploymentId,
        id: sql<string>`${newId('evt')}`.as('id'),
        orgId: instances.orgId,
        type: sql<string>`${report.state}`.as('type'),
        message: sql<string>`${report.message}`.as('message'),
        instanceId: instances.id,
        hostId: instances.hostId,
        generation: instances.generation,
        createdAt: sql<number>`${now}`.as('created_at'),
      })
      .from(instances)
      .where(
        and(
          isMovedBy(report, hostId),
          sql`(${instances.state} <> ${report.state} OR ${instances.restarts} <> ${report.restarts})`,
        ),
      ),
  );
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
      startedAt: age(report.started_age_ms),
      readyAt: age(report.ready_age_ms),
      updatedAt: now,
    })
    .where(
      and(
        isMovedBy(report, hostId),
        sql`(${instances.state}, ${instances.reason}, ${instances.message}, ${instances.restarts}, ${instances.containerId})
          IS NOT (${report.state}, ${report.reason}, ${report.message}, ${report.restarts}, ${report.container_id})`,
      ),
    )
    .returning({
      deploymentId: instances.deploymentId,
      state: instances.state,
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

/** What the ended launches of a host set free and bring about, in the order in which it must happen. */
export function endLaunches(
  database: Database,
  held: { revision: number; era: string | null },
  observed: readonly ObservedInstance[],
  hostId: SQL,
  now: number,
) {
  const ended = endedLaunches(held, observed, hostId);
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
    stopInstances: database
      .update(instances)
      .set({ state: 'stopped', message: 'Its container is gone.', hostId: null, updatedAt: now })
      .where(
        and(
          inArray(instances.state, ['stopping', 'deleting']),
          sql`${instances.id} IN (SELECT instance_id FROM (${ended}))`,
          // Also of an earlier generation none is left.
          sql`NOT EXISTS (SELECT 1 FROM launches l WHERE l.instance_id = ${instances.id}
            AND (l.instance_id, l.generation) NOT IN (${ended}))`,
        ),
      )
      .returning({ deploymentId: instances.deploymentId }),
    deleteLaunches: database
      .delete(launches)
      .where(sql`(${launches.instanceId}, ${launches.generation}) IN (${ended})`),
  };
}

/** The instances of hosts that fell silent. Their hosts say how they are when they come back. */
export function markUnreachable(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
) {
  const placed = database
    .select({ id: launches.instanceId })
    .from(launches)
    .where(and(inArray(launches.hostId, [...hostIds]), isNull(launches.removedIn)));
  return database
    .update(instances)
    .set({
      state: 'unreachable',
      reason: 'host_offline',
      message: silentMessage,
      updatedAt: now,
    })
    .where(
      and(
        eq(instances.orgId, orgId),
        inArray(instances.id, placed),
        inArray(instances.hostId, [...hostIds]),
        inArray(instances.state, statesBefore('unreachable')),
      ),
    )
    .returning({ deploymentId: instances.deploymentId });
}
