import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { tellHosts } from './store/events.ts';
import { isOnline, markSuspect } from './store/hosts.ts';

/** Writes down that hosts lost their links: they get no new work until they are heard. What they run is left alone. */
export async function hostsAreSuspect(
  database: Database,
  orgId: string,
  hostIds: readonly string[],
  now: number,
): Promise<void> {
  const message =
    'Its link dropped and there has been no contact since; it gets no new work until there is.';
  const event = { orgId, type: 'suspect', message, createdAt: now, folds: true } as const;
  await write(database, [
    ...tellHosts(database, hostIds, event, isOnline),
    { query: markSuspect(database, orgId, hostIds, now) },
  ]);
}
