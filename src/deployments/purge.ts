import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { deleteBarsBefore } from '../hosts/store/claims.ts';
import { deleteReceiptsBefore } from '../tenancy/idempotency/store.ts';

const hourMs = 3_600_000;
const receiptsMs = 24 * hourMs;

/** Takes away what has had its time: answers under idempotency keys and barred ports. Timelines bound themselves. */
export async function purge(database: Database, now: number): Promise<void> {
  await write(database, [
    { query: deleteReceiptsBefore(database, now - receiptsMs) },
    { query: deleteBarsBefore(database, now) },
  ]);
}
