import { and, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts, removedHosts } from '../../db/schema/index.ts';

/**
 * Remembers the secrets of hosts (ids, or ids in SQL) that are about to be removed; also the ones before the last
 * rotation: an agent that lost the reply to it has no other.
 */
export function rememberRemoved(
  database: Database,
  orgId: string,
  hostIds: SQL | readonly string[],
  now: number,
) {
  const ids = Array.isArray(hostIds) ? [...hostIds] : (hostIds as SQL); // not an array
  const those = and(inArray(hosts.id, ids), eq(hosts.orgId, orgId));
  return database.run(sql`
    INSERT OR REPLACE INTO removed_hosts (secret_hash, removed_at)
    SELECT secret_hash, ${now} FROM hosts WHERE ${those}
    UNION SELECT retired_secret_hash, ${now} FROM hosts WHERE ${those} AND retired_secret_hash IS NOT NULL`);
}

export function selectRemoved(database: Database, secretHash: string) {
  return database.select().from(removedHosts).where(eq(removedHosts.secretHash, secretHash));
}

export function deleteRemovedBefore(database: Database, before: number) {
  return database.delete(removedHosts).where(lt(removedHosts.removedAt, before));
}
