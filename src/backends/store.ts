import {
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  lt,
  ne,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import {
  backendRevisions,
  backends,
  backendUses,
  backendVersions,
  deployments,
} from '../db/schema/index.ts';

type BackendRow = typeof backends.$inferSelect;
type RevisionRow = typeof backendRevisions.$inferSelect;

export function insertBackend(database: Database, row: BackendRow) {
  return database.insert(backends).values(row);
}

export function insertRevision(database: Database, row: RevisionRow) {
  return database.insert(backendRevisions).values(row);
}

export function insertVersions(database: Database, backendId: string, versions: readonly string[]) {
  return database
    .insert(backendVersions)
    .values(versions.map((version) => ({ backendId, version })));
}

/** Refused by a foreign key while a deployment runs one of them. */
export function deleteVersions(database: Database, backendId: string, versions: readonly string[]) {
  return database
    .delete(backendVersions)
    .where(
      and(
        eq(backendVersions.backendId, backendId),
        inArray(backendVersions.version, [...versions]),
      ),
    );
}

const stored = {
  id: backends.id,
  backendName: backends.backendName,
  source: backends.source,
  revision: backends.revision,
  catalogueDigest: backends.catalogueDigest,
  stored: backendRevisions.document,
  createdAt: backends.createdAt,
  updatedAt: backends.updatedAt,
};

/** A row of the organisation's backends with the document of its newest revision. */
export type StoredBackend = Pick<
  BackendRow,
  'id' | 'backendName' | 'source' | 'revision' | 'catalogueDigest' | 'createdAt' | 'updatedAt'
> & { stored: RevisionRow['document'] };

function selectStored(database: Database) {
  return database
    .select(stored)
    .from(backends)
    .innerJoin(
      backendRevisions,
      and(
        eq(backendRevisions.backendId, backends.id),
        eq(backendRevisions.revision, backends.revision),
      ),
    );
}

/** The backend of that name with its newest revision: one row or none. */
export function selectBackend(database: Database, orgId: string, nameKey: string) {
  return selectStored(database).where(
    and(eq(backends.orgId, orgId), eq(backends.nameKey, nameKey)),
  );
}

export interface BackendFilter {
  search?: string | undefined;
  source?: readonly string[] | undefined;
  framework?: readonly string[] | undefined;
}

/**
 * Ordered by name: at most `limit` rows after the name `after` that `filter` lets pass. Rows of built-in backends hold
 * changes only, so that they always pass and the caller judges them: there are never more than the catalogue has.
 */
export function selectBackends(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
  filter: BackendFilter,
) {
  return selectStored(database)
    .where(
      and(
        eq(backends.orgId, orgId),
        after === undefined ? undefined : gt(backends.nameKey, after),
        or(eq(backends.source, 'built_in'), matches(filter)),
      ),
    )
    .orderBy(asc(backends.nameKey))
    .limit(limit);
}

function matches({ search, source, framework }: BackendFilter): SQL {
  const document = backendRevisions.document;
  const conditions = [
    search === undefined
      ? undefined
      : sql`(instr(${backends.nameKey}, ${search.toLowerCase()}) > 0
          OR instr(lower(coalesce(json_extract(${document}, '$.description'), '')), lower(${search})) > 0)`,
    source === undefined ? undefined : inArray(backends.source, source as BackendRow['source'][]), // checked by the query's schema
    framework === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM json_each(${document}, '$.version_configs') v
          WHERE json_extract(v.value, '$.custom_framework') IN ${framework})`,
  ];
  return and(...conditions) ?? sql`1`;
}

/** The backends of these names that the organisation has. */
export function selectBackendsNamed(database: Database, orgId: string, keys: readonly string[]) {
  return selectStored(database).where(
    and(eq(backends.orgId, orgId), inArray(backends.nameKey, [...keys])),
  );
}

/** Newest first: at most `limit` revisions before `before`. */
export function selectRevisions(
  database: Database,
  backendId: string,
  before: number | undefined,
  limit: number,
) {
  return database
    .select()
    .from(backendRevisions)
    .where(
      and(
        eq(backendRevisions.backendId, backendId),
        before === undefined ? undefined : lt(backendRevisions.revision, before),
      ),
    )
    .orderBy(desc(backendRevisions.revision))
    .limit(limit);
}

/** These revisions of the backend of that name, with the backend. */
export function selectRevisionsNamed(
  database: Database,
  orgId: string,
  nameKey: string,
  revisions: readonly number[],
) {
  return database
    .select({
      revision: backendRevisions.revision,
      stored: backendRevisions.document,
      author: backendRevisions.author,
      createdAt: backendRevisions.createdAt,
    })
    .from(backendRevisions)
    .innerJoin(backends, eq(backends.id, backendRevisions.backendId))
    .where(
      and(
        eq(backends.orgId, orgId),
        eq(backends.nameKey, nameKey),
        inArray(backendRevisions.revision, [...revisions]),
      ),
    );
}

const use = {
  backendId: backendUses.backendId,
  deployment: deployments.name,
  version: backendUses.slot,
};

/** Which deployments use these backends, and which version of them. */
export function selectUses(database: Database, backendIds: readonly string[]) {
  return database
    .select(use)
    .from(backendUses)
    .innerJoin(deployments, eq(deployments.id, backendUses.deploymentId))
    .where(inArray(backendUses.backendId, [...backendIds]))
    .orderBy(asc(deployments.name));
}

export function selectUsesByName(database: Database, orgId: string, nameKey: string) {
  return database
    .select(use)
    .from(backendUses)
    .innerJoin(backends, eq(backends.id, backendUses.backendId))
    .innerJoin(deployments, eq(deployments.id, backendUses.deploymentId))
    .where(and(eq(backends.orgId, orgId), eq(backends.nameKey, nameKey)))
    .orderBy(asc(deployments.name));
}

/** True (in SQL) while the backend of that name has this revision. */
export function isAtRevision(orgId: string, nameKey: string, revision: number): SQL {
  return sql`EXISTS (SELECT 1 FROM backends
    WHERE org_id = ${orgId} AND name_key = ${nameKey} AND revision = ${revision})`;
}

export function updateBackend(
  database: Database,
  id: string,
  set: Pick<BackendRow, 'revision' | 'updatedAt'> & Partial<Pick<BackendRow, 'catalogueDigest'>>,
) {
  return database.update(backends).set(set).where(eq(backends.id, id));
}

/** Refused by a foreign key while a deployment uses it. */
export function deleteBackend(database: Database, orgId: string, nameKey: string) {
  return database
    .delete(backends)
    .where(and(eq(backends.orgId, orgId), eq(backends.nameKey, nameKey)));
}

/** The note that a deployment uses a backend in a version that is not known yet. */
export function deleteOpenUse(database: Database, deploymentId: string) {
  return database
    .delete(backendUses)
    .where(and(eq(backendUses.deploymentId, deploymentId), eq(backendUses.slot, '')));
}

/**
 * Records that a deployment uses a backend, and which version once it is known. `isShipped`: the version ships with the
 * backend and so needs no key to keep it. Twice is once.
 */
export function insertUse(
  database: Database,
  row: { deploymentId: string; backendId: string; version: string | null; isShipped: boolean },
) {
  const { deploymentId, backendId, version, isShipped } = row;
  return database
    .insert(backendUses)
    .values({ deploymentId, backendId, slot: version ?? '', version: isShipped ? null : version })
    .onConflictDoUpdate({
      target: [backendUses.deploymentId, backendUses.slot],
      set: { backendId, version: isShipped ? null : version },
      // It changed to another backend that has a version of the same name.
      setWhere: ne(backendUses.backendId, backendId),
    });
}

/** Lets go of the versions that no instance of a deployment runs any more. */
export function deleteOtherUses(
  database: Database,
  deploymentId: string,
  versions: readonly string[],
) {
  return database
    .delete(backendUses)
    .where(
      and(
        eq(backendUses.deploymentId, deploymentId),
        notInArray(backendUses.slot, ['', ...versions]),
      ),
    );
}
