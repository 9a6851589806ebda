import { getTableColumns, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hostRivals } from '../../db/schema/index.ts';

export type RivalRow = typeof hostRivals.$inferSelect;

/** The rivals of hosts (ids, or ids in SQL). */
export function selectRivals(database: Database, hostIds: SQL | readonly string[]) {
  return database
    .select(getTableColumns(hostRivals))
    .from(hostRivals)
    .where(inArray(hostRivals.hostId, Array.isArray(hostIds) ? [...hostIds] : (hostIds as SQL))); // not an array
}

/** True (in SQL) for the hosts of which no rival was heard since then. */
export function hadNoRivalSince(since: number): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM host_rivals r WHERE r.host_id = hosts.id AND r.heard_at > ${since})`;
}

/** The rival that a host has now. Heard again before `again` it is not written anew; after `since` it is a new conflict. */
export function upsertRival(
  database: Database,
  row: Omit<RivalRow, 'firstAt'>,
  { again, since }: { again: number; since: number },
) {
  const { hostId: _hostId, heardAt, ...processes } = row;
  return database
    .insert(hostRivals)
    .values({ ...row, firstAt: heardAt })
    .onConflictDoUpdate({
      target: hostRivals.hostId,
      set: {
        ...processes,
        heardAt,
        firstAt: sql`CASE WHEN ${hostRivals.heardAt} > ${since} THEN ${hostRivals.firstAt} ELSE ${heardAt} END`,
      },
      setWhere: lt(hostRivals.heardAt, again),
    });
}

export function deleteRivalsBefore(database: Database, before: number) {
  return database.delete(hostRivals).where(lt(hostRivals.heardAt, before));
}
