import { and, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts, removedHosts } from '../../db/schema/index.ts';

/** Remembers the secrets of hosts (ids, or ids in SQL) that are about to be removed. */
export function rememberRemoved(
  database: Database,
  orgId: string,
  hostIds: SQL | readonly string[],
  now: number,
) {
  const ids = Array.isArray(hostIds) ? [...hostIds] : (hostIds as SQL); // not an array
  return database.run(sql`
    INSERT OR REPLACE INTO removed_hosts (secret_hash, removed_at)
    SELECT secret_hash, ${now} FROM hosts WHERE ${and(inArray(hosts.id, ids), eq(hosts.orgId, orgId))}`);
}

export function selectRemoved(database: Database, secretHash: string) {
  return database.select().from(removedHosts).where(eq(removedHosts.secretHash, secretHash));
}

export function deleteRemovedBefore(database: Database, before: number) {
  return database.delete(removedHosts).where(lt(removedHosts.removedAt, before));
}
