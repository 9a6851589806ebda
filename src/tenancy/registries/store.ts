import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { registries } from '../../db/schema/index.ts';

export type RegistryRow = typeof registries.$inferSelect;

export function upsertRegistry(database: Database, row: Omit<RegistryRow, 'updatedAt'>) {
  const { username, passwordSecret, createdAt: updatedAt } = row;
  return database
    .insert(registries)
    .values({ ...row, updatedAt })
    .onConflictDoUpdate({
      target: [registries.orgId, registries.server],
      set: { username, passwordSecret, updatedAt },
    });
}

export function selectRegistry(database: Database, orgId: string, server: string) {
  return database
    .select()
    .from(registries)
    .where(and(eq(registries.orgId, orgId), eq(registries.server, server)));
}

/** Ordered by server: at most `limit` rows after the server `after`. */
export function selectRegistries(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return database
    .select()
    .from(registries)
    .where(
      and(
        eq(registries.orgId, orgId),
        after === undefined ? undefined : gt(registries.server, after),
      ),
    )
    .orderBy(asc(registries.server))
    .limit(limit);
}

export function deleteRegistry(database: Database, orgId: string, server: string) {
  return database
    .delete(registries)
    .where(and(eq(registries.orgId, orgId), eq(registries.server, server)));
}

/** True (in SQL) while there is this login. */
export function isRegistry(orgId: string, server: string): SQL {
  return sql`EXISTS (SELECT 1 FROM registries WHERE org_id = ${orgId} AND server = ${server})`;
}

/** True (in SQL) while the organisation may have this login. */
export function hasRoomForRegistry(orgId: string, server: string, most: number): SQL {
  return sql`EXISTS (SELECT 1 FROM registries WHERE org_id = ${orgId} AND server = ${server})
    OR (SELECT count(*) FROM registries WHERE org_id = ${orgId}) < ${most}`;
}
