import { write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { reseal, selectSealedOtherwise } from './store.ts';
import type { Vault } from './vault.ts';

const atOnce = 100;

/**
 * Seals with the newest key what an older one sealed, some at a time: run until it gives 0, the older key can go.
 * What does not open stays as it is. A value that is set meanwhile wins.
 * @returns how many were sealed anew
 */
export async function resealSecrets(database: Database, vault: Vault): Promise<number> {
  const keyId = await vault.currentKeyId();
  const rows = await selectSealedOtherwise(database, keyId, atOnce);
  const opened = await Promise.all(
    rows.map(async (row) => {
      const value = await vault.open(row, row);
      return value === null ? [] : [{ row, after: await vault.seal(row, value) }];
    }),
  );
  const statements = opened.flat().map(({ row, after }) => ({
    query: reseal(database, row, row, after),
  }));
  await write(database, statements);
  return statements.length;
}
