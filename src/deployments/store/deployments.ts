import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { SelectedFields } from 'drizzle-orm/sqlite-core';
import type { DeploymentInput } from '../../../contract/deployment.ts';
import type { Database } from '../../db/client.ts';
import { deploymentRevisions, deployments } from '../../db/schema.ts';

export function insertDeployment(
  database: Database,
  row: { id: string; orgId: string; name: string; createdAt: number },
) {
  return database
    .insert(deployments)
    .values({ ...row, revision: 1, version: 1, updatedAt: row.createdAt });
}

export function insertDeploymentRevision(
  database: Database,
  row: {
    deploymentId: string;
    revision: number;
    spec: DeploymentInput;
    gpuCount: number;
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
  spec: deploymentRevisions.spec,
  gpuCount: deploymentRevisions.gpuCount,
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

/** The newest revision of the backend that a deployment names; null without one. */
const withBackendRevision = {
  ...deploymentRecord,
  backendRevision: sql<number | null>`(SELECT b.revision FROM backends b
    WHERE b.org_id = ${deployments.orgId}
    AND b.name_key = lower(json_extract(${deploymentRevisions.spec}, '$.backend_name')))`,
};

export function selectDeploymentByName(database: Database, orgId: string, name: string) {
  return selectRecords(database, withBackendRevision).where(
    and(eq(deployments.orgId, orgId), eq(deployments.name, name)),
  );
}

export function selectDeploymentById(database: Database, id: string) {
  return selectRecords(database, deploymentRecord).where(eq(deployments.id, id));
}

/** Ordered by name: at most `limit` rows after the name `after`. */
export function selectDeployments(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return selectRecords(database, withBackendRevision)
    .where(
      and(
        eq(deployments.orgId, orgId),
        after === undefined ? undefined : gt(deployments.name, after),
      ),
    )
    .orderBy(asc(deployments.name))
    .limit(limit);
}

/** True (in SQL) while nobody changed the deployment since it was read at `version`. */
export function isAtVersion(id: string, version: number): SQL {
  return sql`EXISTS (SELECT 1 FROM deployments WHERE id = ${id} AND version = ${version})`;
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
    .limit(limit);
}

export function deleteDeployment(database: Database, id: string) {
  return database.delete(deployments).where(eq(deployments.id, id));
}
