import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { tellHosts } from '../hosts/store/events.ts';
import { isHeard, markOffline } from '../hosts/store/hosts.ts';
import { holdReplacement, noteLastSeen } from '../hosts/store/silence.ts';
import { markUnreachable, tellUnreachable } from './store/reports.ts';

/**
 * Writes down that hosts are silent: they get no new work, and what they run is `unreachable` until they are back. When
 * most of an organisation's hosts fall silent at once, the fault is likely not theirs: then nothing is replaced.
 * @returns the deployments that have instances on them
 */
export async function hostsFellSilent(
  database: Database,
  orgId: string,
  silent: readonly { hostId: string; seenAt: number }[],
  now: number,
): Promise<string[]> {
  const hostIds = silent.map(({ hostId }) => hostId);
  const message = 'No contact with it; its instances may still be serving.';
  const event = { orgId, type: 'offline' as const, message, createdAt: now, folds: true };
  const moved = await write(
    database,
    [
      { query: noteLastSeen(database, orgId, silent) },
      ...tellHosts(database, hostIds, event, isHeard),
      ...tellUnreachable(database, orgId, hostIds, now),
      { query: markOffline(database, orgId, hostIds, now) },
      { query: holdReplacement(database, orgId, now) },
    ],
    markUnreachable(database, orgId, hostIds, now),
  );
  return [...new Set(moved.map(({ deploymentId }) => deploymentId))];
}
