import type { Database } from '../../db/client.ts';
import { deleteAuditLinesBefore } from './store.ts';

const dayMs = 86_400_000;
/** Each is a write transaction that others wait for. */
const linesAtOnce = 1000;
const most = 20 * linesAtOnce;

/**
 * Takes away the lines that are older than `days`, a bounded number of them: what is left goes with the next hour.
 * @returns how many went
 */
export async function purgeAudit(database: Database, now: number, days: number): Promise<number> {
  let gone = 0;
  while (gone < most) {
    const lines = await deleteAuditLinesBefore(database, now - days * dayMs, linesAtOnce);
    gone += lines.length;
    if (lines.length < linesAtOnce) break;
  }
  return gone;
}
