import { asc, eq, gt } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { orgs } from '../../db/schema.ts';

export type OrgRow = Pick<
  typeof orgs.$inferSelect,
  'id' | 'name' | 'replacementHeldAt' | 'createdAt'
>;

export function insertOrg(database: Database, row: OrgRow) {
  return database.insert(orgs).values(row);
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
