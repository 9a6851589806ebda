import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { markOffline } from '../hosts/store/hosts.ts';
import { markUnreachable } from './store/reports.ts';

/** Writes down that hosts are silent: they get no new work, and what they run is `unreachable` until they are back. */
export async function hostsFellSilent(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
): Promise<void> {
  await write(database, [
    { query: markOffline(database, orgId, hostIds, now) },
    { query: markUnreachable(database, orgId, hostIds, now) },
  ]);
}
