import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { insertHostEvents } from '../hosts/store/events.ts';
import { isOnline, markOffline } from '../hosts/store/hosts.ts';
import { markUnreachable } from './store/reports.ts';

/** Writes down that hosts are silent: they get no new work, and what they run is `unreachable` until they are back. */
export async function hostsFellSilent(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
): Promise<void> {
  const message = 'Nothing was heard of it; what it runs may well serve on.';
  const event = { orgId, type: 'offline', message, createdAt: now };
  await write(database, [
    { query: insertHostEvents(database, hostIds, event, isOnline) },
    { query: markOffline(database, orgId, hostIds, now) },
    { query: markUnreachable(database, orgId, hostIds, now) },
  ]);
}
