import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { LaunchSpec } from '../../../contract/launch-spec.ts';
import { byLot } from '../../db/by-lot.ts';
import type { Database } from '../../db/client.ts';
import { deployments, hosts, instances, launches } from '../../db/schema/index.ts';
import type { InstanceStatus } from '../model.ts';
import type { DeploymentId } from './deployments.ts';

type InstanceRow = typeof instances.$inferSelect;

export function insertInstance(
  database: Database,
  row: Pick<
    InstanceRow,
    | 'id'
    | 'orgId'
    | 'deploymentId'
    | 'deploymentRevision'
    | 'generation'
    | 'state'
    | 'message'
    | 'hostId'
    | 'createdAt'
  >,
) {
  return database.insert(instances).values({ ...row, updatedAt: row.createdAt });
}

export function updateInstance(
  database: Database,
  id: string,
  set: Partial<Omit<InstanceRow, 'id' | 'orgId'>>,
) {
  return database.update(instances).set(set).where(eq(instances.id, id));
}

/** True (in SQL) while none of these instances is ready. */
export function noneIsReady(ids: readonly string[]): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM instances WHERE ${inArray(instances.id, [...ids])} AND state = 'running')`;
}

/** True (in SQL) while that generation has failed for its port. */
export function isPortless(id: string, generation: number): SQL {
  return sql`EXISTS (SELECT 1 FROM instances WHERE id = ${id} AND generation = ${generation}
    AND state = 'failed' AND reason = 'port_in_use')`;
}

export function deleteInstance(database: Database, id: string) {
  return database.delete(instances).where(eq(instances.id, id));
}

export function insertLaunch(
  database: Database,
  row: {
    instanceId: string;
    generation: number;
    orgId: string;
    deploymentId: string;
    hostId: string;
    spec: LaunchSpec;
    createdAt: number;
  },
) {
  return database.insert(launches).values(row);
}

/** Takes the launches of an instance out of its host's desired set; the host's revision was counted up before. */
export function withdrawLaunches(database: Database, instanceId: string, hostId: string) {
  return database
    .update(launches)
    .set({ removedIn: sql`(SELECT desired_revision FROM hosts WHERE id = ${hostId})` })
    .where(
      and(
        eq(launches.instanceId, instanceId),
        eq(launches.hostId, hostId),
        isNull(launches.removedIn),
      ),
    );
}

/** Of the revision that an instance was rendered from. */
const templateRevision = sql<number>`(SELECT r.template_revision FROM deployment_revisions r
  WHERE r.deployment_id = instances.deployment_id AND r.revision = instances.deployment_revision)`;

/** Its generation has no container yet, and the one of an earlier generation was ready and has not ended. */
const serves =
  sql`(instances.container_id IS NULL AND instances.ready_at IS NOT NULL AND instances.state <> 'unreachable'
    AND EXISTS (SELECT 1 FROM launches o WHERE o.instance_id = instances.id
      AND o.generation < instances.generation AND o.host_id = instances.host_id))`.mapWith(Boolean);

/** Where its host is reached now. */
const hostAddress = sql<string | null>`json_extract(${hosts.inventory}, '$.address')`;

/** The last sign of life of a host that is silent. */
const hostSeenAt = sql<
  number | null
>`CASE ${hosts.status} WHEN 'offline' THEN coalesce(${hosts.lastSeenAt}, ${hosts.statusChangedAt}) END`;

const hostRevoked = sql`(${hosts.revokedAt} IS NOT NULL)`.mapWith(Boolean);

const instanceRecord = {
  id: instances.id,
  deploymentId: instances.deploymentId,
  deploymentRevision: instances.deploymentRevision,
  templateRevision,
  generation: instances.generation,
  state: instances.state,
  reason: instances.reason,
  message: instances.message,
  hostId: instances.hostId,
  hostName: hosts.name,
  hostAddress,
  hostDraining: sql`coalesce(${hosts.draining}, 0)`.mapWith(Boolean),
  hostSeenAt,
  hostRevoked,
  hostOfflineAt: sql<
    number | null
  >`CASE ${hosts.status} WHEN 'offline' THEN ${hosts.statusChangedAt} END`,
  restarts: instances.restarts,
  exitCode: instances.exitCode,
  oomKilled: instances.oomKilled,
  containerId: instances.containerId,
  imageDigest: instances.imageDigest,
  createdAt: instances.createdAt,
  startedAt: instances.startedAt,
  readyAt: instances.readyAt,
  retryAt: instances.retryAt,
  updatedAt: instances.updatedAt,
  launchSpec: launches.spec,
  serves,
};

function selectInstanceRecords(database: Database) {
  return database
    .select(instanceRecord)
    .from(instances)
    .leftJoin(
      launches,
      and(eq(launches.instanceId, instances.id), eq(launches.generation, instances.generation)),
    )
    .leftJoin(hosts, eq(hosts.id, instances.hostId));
}

export function selectInstancesOf(database: Database, deploymentId: DeploymentId) {
  return selectInstanceRecords(database)
    .where(eq(instances.deploymentId, deploymentId))
    .orderBy(asc(instances.id));
}

/** Ordered by id: at most `limit` instances of a deployment after the id `after`. */
export function selectInstancePage(
  database: Database,
  deploymentId: SQL,
  after: string | undefined,
  limit: number,
) {
  return selectInstanceRecords(database)
    .where(
      and(
        eq(instances.deploymentId, deploymentId),
        after === undefined ? undefined : gt(instances.id, after),
      ),
    )
    .orderBy(asc(instances.id))
    .limit(limit);
}

/** What the status of deployments (ids in SQL) is made of: of the launch specs, which are large, only what it shows. */
export function selectInstanceStates(database: Database, deploymentIds: SQL) {
  return database
    .select({
      id: instances.id,
      deploymentId: instances.deploymentId,
      templateRevision,
      serves,
      state: instances.state,
      message: instances.message,
      restarts: instances.restarts,
      hostId: instances.hostId,
      hostName: hosts.name,
      hostAddress,
      hostSeenAt,
      hostRevoked,
      launchSpec: sql`CASE WHEN ${launches.spec} IS NOT NULL THEN json_object(
        'worker_ip', json_extract(${launches.spec}, '$.worker_ip'),
        'port', json_extract(${launches.spec}, '$.port'),
        'backend', json_extract(${launches.spec}, '$.backend')) END`.mapWith(toSpecPart),
    })
    .from(instances)
    .leftJoin(
      launches,
      and(eq(launches.instanceId, instances.id), eq(launches.generation, instances.generation)),
    )
    .leftJoin(hosts, eq(hosts.id, instances.hostId))
    .where(inArray(instances.deploymentId, deploymentIds))
    .orderBy(asc(instances.id));
}

/** Of the JSON that the statement above makes itself. */
function toSpecPart(text: string): InstanceStatus['launchSpec'] {
  return JSON.parse(text);
}

/** One instance with the name of its deployment. */
export function selectInstance(database: Database, orgId: string, id: string) {
  return database
    .select({ ...instanceRecord, deployment: deployments.name })
    .from(instances)
    .innerJoin(deployments, eq(deployments.id, instances.deploymentId))
    .leftJoin(
      launches,
      and(eq(launches.instanceId, instances.id), eq(launches.generation, instances.generation)),
    )
    .leftJoin(hosts, eq(hosts.id, instances.hostId))
    .where(and(eq(instances.orgId, orgId), eq(instances.id, id)));
}

/** The deployments of an organisation with pending instances, oldest instance first. */
export function selectPending(database: Database, orgId: string, limit: number) {
  return database
    .select({ deploymentId: instances.deploymentId })
    .from(instances)
    .where(and(eq(instances.orgId, orgId), isUnsettled, eq(instances.state, 'pending')))
    .groupBy(instances.deploymentId)
    .orderBy(sql`min(${instances.id})`)
    .limit(limit);
}

/** The deployments of an organisation with instances on silent hosts. */
export function selectUnreachable(database: Database, orgId: string) {
  return database
    .selectDistinct({ deploymentId: instances.deploymentId })
    .from(instances)
    .where(and(eq(instances.orgId, orgId), isUnsettled, eq(instances.state, 'unreachable')));
}

/** Deployments anywhere with instances that wait for a step of the planner. */
export function selectUnsettled(database: Database, limit: number) {
  return (
    database
      .selectDistinct({ orgId: instances.orgId, deploymentId: instances.deploymentId })
      .from(instances)
      // Of the failed ones the planner has an answer to these only; those given up wait for their host alone.
      .where(
        and(
          isUnsettled,
          sql`(state <> 'failed' OR reason = 'port_in_use' OR ${hasLostGpu}) AND state <> 'deleting'`,
        ),
      )
      .orderBy(byLot)
      .limit(limit)
  );
}

/** True (in SQL) for an instance with a GPU that its host shows no more. */
export const hasLostGpu = sql<number>`EXISTS (SELECT 1 FROM launches l JOIN hosts h ON h.id = l.host_id, json_each(l.spec, '$.gpu.uuids') g
  WHERE l.instance_id = instances.id AND l.generation = instances.generation
  AND g.value NOT IN (SELECT json_extract(value, '$.uuid') FROM json_each(h.inventory, '$.gpus')))`;

/** Deployments anywhere with something on a host that is being drained. */
export function selectOnDrained(database: Database, limit: number) {
  return (
    database
      .selectDistinct({ orgId: launches.orgId, deploymentId: launches.deploymentId })
      .from(hosts)
      // SQLite keeps the order of a cross join: the few drained hosts first, then what each holds.
      .crossJoin(launches)
      .where(and(eq(launches.hostId, hosts.id), sql`draining = 1`, isNull(launches.removedIn)))
      .orderBy(byLot)
      .limit(limit)
  );
}

/** Word for word the condition of the partial index, so that it is used. */
const isUnsettled = sql`state IN ('pending', 'stopping', 'stopped', 'failed', 'unreachable', 'deleting')`;

/** True (in SQL) where a host's desired set is newer than what the host holds, or the host's era has passed. */
export function isNewerThan(held: { revision: number; era: string | null }): SQL {
  return sql`(${hosts.desiredRevision} > ${held.revision}
    OR ${held.era} IS NOT (SELECT value FROM settings WHERE key = 'era'))`;
}

/** The complete desired set of a host. Nothing while `isNewer` does not hold. */
export function selectDesired(database: Database, hostId: SQL, isNewer: SQL) {
  return database
    .select({ spec: launches.spec })
    .from(launches)
    .innerJoin(hosts, eq(hosts.id, launches.hostId))
    .where(and(sql`${launches.hostId} = ${hostId}`, isNull(launches.removedIn), isNewer))
    .orderBy(asc(launches.createdAt), asc(launches.instanceId));
}
