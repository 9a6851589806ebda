import { eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { removedHosts } from '../../db/schema.ts';

/** Remembers the secret of a host that is about to be removed. */
export function rememberRemoved(database: Database, orgId: string, hostId: string, now: number) {
  return database.run(sql`
    INSERT OR REPLACE INTO removed_hosts (secret_hash, removed_at)
    SELECT secret_hash, ${now} FROM hosts WHERE id = ${hostId} AND org_id = ${orgId}`);
}

export function selectRemoved(database: Database, secretHash: string) {
  return database.select().from(removedHosts).where(eq(removedHosts.secretHash, secretHash));
}

export function deleteRemovedBefore(database: Database, before: number) {
  return database.delete(removedHosts).where(lt(removedHosts.removedAt, before));
}
