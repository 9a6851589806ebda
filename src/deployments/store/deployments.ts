import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { SelectedFields } from 'drizzle-orm/sqlite-core';
import type { DeploymentInput } from '../../../contract/deployment.ts';
import { byLot } from '../../db/by-lot.ts';
import type { Database } from '../../db/client.ts';
import { deploymentRevisions, deployments } from '../../db/schema/index.ts';
import { limitOf } from '../../tenancy/orgs/store.ts';

export function insertDeployment(
  database: Database,
  row: { id: string; orgId: string; name: string; createdAt: number },
) {
  return database.insert(deployments).values({
    ...row,
    revision: 1,
    version: 1,
    progressAt: row.createdAt,
    updatedAt: row.createdAt,
  });
}

export function insertDeploymentRevision(
  database: Database,
  row: {
    deploymentId: string;
    revision: number;
    spec: DeploymentInput;
    gpuCount: number;
    templateRevision?: number;
    cause?: 'create' | 'change' | 'restart' | 'rollback';
    author: string;
    createdAt: number;
  },
) {
  return database.insert(deploymentRevisions).values(row);
}

const deploymentRecord = {
  id: deployments.id,
  orgId: deployments.orgId,
  name: deployments.name,
  revision: deployments.revision,
  version: deployments.version,
  deleting: deployments.deleting,
  stopped: deployments.stopped,
  rolling: deployments.rolling,
  progressAt: deployments.progressAt,
  goodRevision: deployments.goodRevision,
  rolloutFailure: deployments.rolloutFailure,
  spec: deploymentRevisions.spec,
  gpuCount: deploymentRevisions.gpuCount,
  templateRevision: deploymentRevisions.templateRevision,
  createdAt: deployments.createdAt,
  updatedAt: deployments.updatedAt,
};

function selectRecords<Fields extends SelectedFields>(database: Database, fields: Fields) {
  return database
    .select(fields)
    .from(deployments)
    .innerJoin(
      deploymentRevisions,
      and(
        eq(deploymentRevisions.deploymentId, deployments.id),
        eq(deploymentRevisions.revision, deployments.revision),
      ),
    );
}

export function selectDeploymentByName(database: Database, orgId: string, name: string) {
  return selectRecords(database, withStanding).where(
    and(eq(deployments.orgId, orgId), eq(deployments.name, name)),
  );
}

/** The id of a deployment, or what gives it in SQL. */
export type DeploymentId = string | SQL;

/** The id (in SQL) of the deployment that has this name. */
export function idOfDeployment(orgId: string, name: string): SQL {
  return sql`(SELECT id FROM deployments WHERE org_id = ${orgId} AND name = ${name})`;
}

/** Names of secrets that were set since the instances of a deployment were launched. */
const secretsChanged = sql<string>`(SELECT json_group_array(s.name) FROM secret_uses u
    JOIN secrets s ON s.org_id = u.org_id AND s.name = u.name
    WHERE u.deployment_id = ${deployments.id} AND s.updated_at >
      (SELECT min(l.created_at) FROM instances i
        JOIN launches l ON l.instance_id = i.id AND l.generation = i.generation
        WHERE i.deployment_id = ${deployments.id} AND l.removed_in IS NULL))`.mapWith(
  (names): string[] => JSON.parse(names),
);

/** With how what it was made from stands now. */
const withStanding = {
  ...deploymentRecord,
  backendRevision: sql<number | null>`(SELECT b.revision FROM backends b
    WHERE b.org_id = ${deployments.orgId}
    AND b.name_key = lower(json_extract(${deploymentRevisions.spec}, '$.backend_name')))`,
  secretsChanged,
};

/** None of an organisation that is being deleted: nothing is planned for it any more. */
export function selectDeploymentById(database: Database, id: DeploymentId) {
  return selectRecords(database, {
    ...deploymentRecord,
    replacementHeld: sql<number>`EXISTS (SELECT 1 FROM orgs o
      WHERE o.id = ${deployments.orgId} AND o.replacement_held_at IS NOT NULL)`,
    secretsChanged,
  }).where(
    and(
      eq(deployments.id, id),
      sql`NOT EXISTS (SELECT 1 FROM orgs o
        WHERE o.id = ${deployments.orgId} AND o.deleting_at IS NOT NULL)`,
    ),
  );
}

/** True (in SQL) while the organisation may have one more deployment. */
export function hasRoomForDeployment(orgId: string): SQL {
  return sql`(SELECT count(*) FROM deployments WHERE org_id = ${orgId}) < ${limitOf(orgId, 'maxDeployments')}`;
}

/** What a deployment was at its good revision, if that is an older one than its instances shall have. */
export function selectFallback(database: Database, id: DeploymentId) {
  return database
    .select({
      revision: deploymentRevisions.revision,
      spec: deploymentRevisions.spec,
      gpuCount: deploymentRevisions.gpuCount,
      templateRevision: deploymentRevisions.templateRevision,
    })
    .from(deployments)
    .innerJoin(
      deploymentRevisions,
      and(
        eq(deploymentRevisions.deploymentId, deployments.id),
        eq(deploymentRevisions.revision, deployments.goodRevision),
      ),
    )
    .where(and(eq(deployments.id, id), sql`${deployments.goodRevision} < ${deployments.revision}`));
}

export function updateDeployment(
  database: Database,
  id: string,
  set: Partial<typeof deployments.$inferSelect>,
) {
  return database.update(deployments).set(set).where(eq(deployments.id, id));
}

/** Newest first: at most `limit` revisions before the revision `before`, of a deployment that has this name. */
export function selectDeploymentRevisions(
  database: Database,
  deploymentId: string,
  before: number | undefined,
  limit: number,
) {
  return database
    .select()
    .from(deploymentRevisions)
    .where(
      and(
        eq(deploymentRevisions.deploymentId, deploymentId),
        before === undefined ? undefined : lt(deploymentRevisions.revision, before),
      ),
    )
    .orderBy(desc(deploymentRevisions.revision))
    .limit(limit);
}

export function selectDeploymentRevision(
  database: Database,
  deploymentId: string,
  revision: number,
) {
  return database
    .select()
    .from(deploymentRevisions)
    .where(
      and(
        eq(deploymentRevisions.deploymentId, deploymentId),
        eq(deploymentRevisions.revision, revision),
      ),
    );
}

/** Deployments anywhere whose instances are being brought to their newest revision. */
export function selectRolling(database: Database, limit: number) {
  return database
    .select({ orgId: deployments.orgId, deploymentId: deployments.id })
    .from(deployments)
    .where(sql`rolling = 1`)
    .orderBy(byLot)
    .limit(limit);
}

/** Ordered by name: at most `limit` rows after the name `after`. */
export function selectDeployments(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return selectRecords(database, withStanding)
    .where(isAfter(orgId, after))
    .orderBy(asc(deployments.name))
    .limit(limit);
}

/** The ids (in SQL) of the deployments that `selectDeployments` gives. */
export function idsOfPage(orgId: string, after: string | undefined, limit: number): SQL {
  return sql`(SELECT id FROM deployments WHERE ${isAfter(orgId, after)} ORDER BY name LIMIT ${limit})`;
}

function isAfter(orgId: string, after: string | undefined): SQL | undefined {
  return and(
    eq(deployments.orgId, orgId),
    after === undefined ? undefined : gt(deployments.name, after),
  );
}

/** True (in SQL) while nobody changed the deployment since it was read at `version`. */
export function isAtVersion(id: string, version: number): SQL {
  return sql`EXISTS (SELECT 1 FROM deployments WHERE id = ${id} AND version = ${version})`;
}

/** True (in SQL) while there is a deployment of that id. */
export function isThere(id: string): SQL {
  return sql`EXISTS (SELECT 1 FROM deployments WHERE id = ${id})`;
}

/** True (in SQL) while nobody has begun to delete the deployment. */
export function isNotDeleting(id: string): SQL {
  return sql`EXISTS (SELECT 1 FROM deployments WHERE id = ${id} AND deleting = 0)`;
}

export function advanceVersion(database: Database, id: string, now: number) {
  return database
    .update(deployments)
    .set({ version: sql`version + 1`, updatedAt: now })
    .where(eq(deployments.id, id));
}

/** Gives the deployment when it is there and was not being deleted yet. */
export function markDeleting(database: Database, orgId: string, name: string, now: number) {
  return database
    .update(deployments)
    .set({ deleting: true, version: sql`version + 1`, updatedAt: now })
    .where(
      and(
        eq(deployments.orgId, orgId),
        eq(deployments.name, name),
        eq(deployments.deleting, false),
      ),
    );
}

/** Deployments anywhere that are being deleted. */
export function selectDeleting(database: Database, limit: number) {
  return database
    .select({ orgId: deployments.orgId, deploymentId: deployments.id })
    .from(deployments)
    .where(sql`deleting = 1`)
    .orderBy(byLot)
    .limit(limit);
}

export function deleteDeployment(database: Database, id: string) {
  return database.delete(deployments).where(eq(deployments.id, id));
}
