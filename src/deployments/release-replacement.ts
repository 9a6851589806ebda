import type { Database } from '../db/client.ts';
import { releaseReplacements } from '../hosts/store/silence.ts';

/** Lets instances be replaced again wherever that was held and the hosts that had fallen silent are back. */
export async function releaseReplacement(database: Database): Promise<void> {
  await releaseReplacements(database);
}
