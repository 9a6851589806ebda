import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { deleteBarsBefore } from '../hosts/store/claims.ts';
import { deleteReceiptsBefore } from '../tenancy/idempotency/store.ts';
import { deleteEventsBefore, deleteEventsBeyond } from './store/events.ts';

const hourMs = 3_600_000;
const receiptsMs = 24 * hourMs;
const eventsMs = 30 * 24 * hourMs;
const eventsOfEach = 500;

/**
 * Takes away what has had its time: answers under idempotency keys, barred ports, and what is old on
 * timelines or beyond the newest 500 events of one.
 */
export async function purge(database: Database, now: number): Promise<void> {
  await write(database, [
    { query: deleteReceiptsBefore(database, now - receiptsMs) },
    { query: deleteBarsBefore(database, now) },
    { query: deleteEventsBefore(database, now - eventsMs) },
    { query: deleteEventsBeyond(database, eventsOfEach) },
  ]);
}
