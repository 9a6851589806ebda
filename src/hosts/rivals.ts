import type { ConflictNotice, OwnHost } from '../../contract/agent-protocol.ts';
import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { readBearer, toOwnHost } from './own-host.ts';
import { tellHosts } from './store/events.ts';
import { hadNoRivalSince, upsertRival } from './store/rivals.ts';

/** A rival says once a minute that it is there; one that was not heard for so long is gone. */
export const rivalGoneMs = 5 * 60_000;
/** Whatever copies of a host do to each other, it is written down no more often than this. */
const noteEveryMs = 10_000;

/**
 * A process with the identity of a host says that another one took its place, and that it still runs: somebody copied
 * the identity. A process that was only started anew is gone, and says nothing. Written down, and told once for each
 * conflict; the timeline makes one line an hour of many.
 * @throws Failure as `readBearer`
 */
export async function noteRival(
  database: Database,
  secret: string,
  notice: ConflictNotice,
  heardFrom: string | null,
  now: number,
): Promise<OwnHost> {
  const host = await readBearer(database, secret, heardFrom, now);
  // Nothing has replaced the one that speaks for the host.
  if (host.processId === null || host.processId === notice.process_id) return toOwnHost(host);
  const message = `Two agents have its identity: the process ${host.processId} speaks for it, and ${notice.process_id} at ${heardFrom ?? 'an unknown address'} was replaced by it and still runs.`;
  const event = { type: 'identity_conflict', message, createdAt: now, folds: true } as const;
  const since = now - rivalGoneMs;
  const rival = {
    hostId: host.id,
    processId: notice.process_id,
    heardFrom,
    otherProcessId: host.processId,
    otherHeardFrom: host.heardFrom,
    heardAt: now,
  };
  await write(database, [
    ...tellHosts(database, [host.id], event, hadNoRivalSince(since)),
    { query: upsertRival(database, rival, { again: now - noteEveryMs, since }) },
  ]);
  return toOwnHost(host);
}
