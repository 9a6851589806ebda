import { write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { countByKey, reseal, selectSealedWith } from './store.ts';
import type { Vault } from './vault.ts';

const atOnce = 100;

/** How far a rotation of keys has come. */
export interface Resealed {
  /** Sealed anew by this very call. */
  resealed: number;
  /** Still sealed with an older key that is here: it is needed until this is 0. */
  left: number;
  /** Sealed with a key that is not here: nothing opens these. */
  lost: number;
}

/**
 * Seals with the newest key what an older one sealed, 100 at a time: called until nothing is left. What does not open (it
 * was altered, or moved to another name or organisation) stays as it is, and counts as left. A value that is set
 * meanwhile wins. Called twice at once, or broken off, it does no harm.
 * @throws Failure `misconfigured` without a key
 */
export async function resealSecrets(database: Database, vault: Vault): Promise<Resealed> {
  const [newest, older] = await Promise.all([vault.currentKeyId(), vault.olderKeyIds()]);
  const rows = older.length === 0 ? [] : await selectSealedWith(database, older, atOnce);
  const opened = await Promise.all(
    rows.map(async (row) => {
      const value = await vault.open(row, row);
      return value === null ? [] : [{ row, after: await vault.seal(row, value) }];
    }),
  );
  const statements = opened.flat().map(({ row, after }) => ({
    query: reseal(database, row, row, after),
  }));
  const counts = await write(database, statements, countByKey(database));
  const sum = (isMeant: (keyId: string) => boolean) =>
    counts.reduce((total, { keyId, count }) => total + (isMeant(keyId) ? count : 0), 0);
  return {
    resealed: statements.length,
    left: sum((keyId) => older.includes(keyId)),
    lost: sum((keyId) => keyId !== newest && !older.includes(keyId)),
  };
}
