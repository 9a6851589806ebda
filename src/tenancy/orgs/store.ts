import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { orgs } from '../../db/schema/index.ts';

export type OrgRow = Omit<typeof orgs.$inferSelect, 'replacementReleasedAt' | 'deletingHubs'>;

export function insertOrg(database: Database, row: OrgRow) {
  return database.insert(orgs).values(row);
}

/** No organisation but `ownId` has that name. */
export function isNameFree(name: string, ownId: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM orgs WHERE name = ${name} AND id <> ${ownId})`;
}

/** Ordered by id: at most `limit` rows after `after`. */
export function selectOrgs(database: Database, after: string | undefined, limit: number) {
  return database
    .select()
    .from(orgs)
    .where(after === undefined ? undefined : gt(orgs.id, after))
    .orderBy(asc(orgs.id))
    .limit(limit);
}

export function selectOrg(database: Database, id: string) {
  return database.select().from(orgs).where(eq(orgs.id, id));
}

export function updateOrg(database: Database, id: string, set: Partial<OrgRow>) {
  return database.update(orgs).set(set).where(eq(orgs.id, id));
}

/** True (in SQL) while there is the organisation, and `condition` holds for it. */
export function isOrg(id: string, condition?: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM ${orgs} WHERE ${and(eq(orgs.id, id), condition)})`;
}

/** True (in SQL) for the organisations whose deletion has not begun. */
export const isKept: SQL = isNull(orgs.deletingAt);

/** The deletion of an organisation begins, unless it has. */
export function markDeleting(database: Database, id: string, now: number) {
  return database
    .update(orgs)
    .set({
      deletingAt: now,
      deletingHubs: sql`(SELECT coalesce(max(hub) + 1, 0) FROM hosts WHERE org_id = ${id})`,
    })
    .where(and(eq(orgs.id, id), isKept));
}

/** Organisations whose deletion has begun and not ended. */
export function selectDeletingOrgs(database: Database, limit: number) {
  return database
    .select({ id: orgs.id })
    .from(orgs)
    .where(isNotNull(orgs.deletingAt))
    .orderBy(asc(orgs.deletingAt))
    .limit(limit);
}

/** Whatever still belongs to it refuses this by its foreign key. */
export function deleteOrg(database: Database, id: string) {
  return database.delete(orgs).where(and(eq(orgs.id, id), isNotNull(orgs.deletingAt)));
}

/** A limit of an organisation, in SQL. Null without the organisation: a comparison with it stops no batch. */
export function limitOf(orgId: string, limit: 'maxDeployments' | 'maxTokens'): SQL {
  return sql`(SELECT ${sql.identifier(orgs[limit].name)} FROM orgs WHERE id = ${orgId})`;
}
