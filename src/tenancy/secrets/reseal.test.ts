import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import type { Database } from '../../db/client.ts';
import { secrets } from '../../db/schema/index.ts';
import { resealSecrets } from './reseal.ts';
import { upsertSecret } from './store.ts';
import { openVault } from './vault.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const orgId = 'org_default';

async function set(database: Database, setting: string, name: string): Promise<void> {
  const owner = { orgId, name };
  const sealed = await openVault(setting).seal(owner, `value of ${name}`);
  await upsertSecret(database, { ...owner, ...sealed, createdAt: 1 });
}

async function opened(database: Database, setting: string): Promise<string[]> {
  const rows = await database.select().from(secrets).orderBy(secrets.name);
  const values = await Promise.all(rows.map((row) => openVault(setting).open(row, row)));
  return values.filter((value) => value !== null);
}

test('after a rotation the old key opens nothing, and every secret is what it was', async () => {
  const { database } = await newMemoryDatabase();
  const names = Array.from({ length: 250 }, (_, index) => `S${String(index).padStart(3, '0')}`);
  for (const name of names) await set(database, key(1), name);
  const values = await opened(database, key(1));
  expect(values).toHaveLength(250);
  const both = openVault(`${key(2)},${key(1)}`);
  expect(await resealSecrets(database, both)).toEqual({ resealed: 100, left: 150, lost: 0 });
  // Half way through every secret opens, and one that is set anew is sealed with the newest key at once.
  expect(await opened(database, `${key(2)},${key(1)}`)).toEqual(values);
  await Promise.all([resealSecrets(database, both), resealSecrets(database, both)]);
  while ((await resealSecrets(database, both)).left > 0);
  expect(await resealSecrets(database, both)).toEqual({ resealed: 0, left: 0, lost: 0 });
  expect(await opened(database, key(1))).toEqual([]);
  expect(await opened(database, key(2))).toEqual(values);
});

test('what cannot be opened stays, is counted, and keeps nothing else from its new key', async () => {
  const { database } = await newMemoryDatabase();
  // More than are read at once: of a key that nobody has any more, and of one that is there but under another name.
  for (let index = 0; index < 120; index += 1) await set(database, key(9), `LOST${index}`);
  await set(database, key(1), 'MOVED');
  await database.update(secrets).set({ name: 'ELSEWHERE' }).where(eq(secrets.name, 'MOVED'));
  await set(database, key(1), 'GOOD');
  const both = openVault(`${key(2)},${key(1)}`);
  expect(await resealSecrets(database, both)).toEqual({ resealed: 1, left: 1, lost: 120 });
  expect(await opened(database, key(2))).toEqual(['value of GOOD']);
});

test('with one key nothing is sealed anew', async () => {
  const { database } = await newMemoryDatabase();
  await set(database, key(1), 'A');
  expect(await resealSecrets(database, openVault(key(1)))).toEqual({
    resealed: 0,
    left: 0,
    lost: 0,
  });
  expect(await resealSecrets(database, openVault(key(2)))).toEqual({
    resealed: 0,
    left: 0,
    lost: 1,
  });
});
