import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import { resealSecrets } from './reseal.ts';
import { selectSealedOtherwise, upsertSecret } from './store.ts';
import { openVault } from './vault.ts';

test('a new key takes over what an older one sealed, in the background', async () => {
  const { database } = await newMemoryDatabase();
  const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
  const owner = { orgId: 'org_default', name: 'A' };
  const old = openVault(key(1));
  await upsertSecret(database, { ...owner, ...(await old.seal(owner, 'v')), createdAt: 1 });
  const both = openVault(`${key(2)},${key(1)}`);
  expect(await resealSecrets(database, both)).toBe(1);
  expect(await resealSecrets(database, both)).toBe(0);
  const [row] = await selectSealedOtherwise(database, 'none', 1);
  expect(row && (await openVault(key(2)).open(owner, row))).toBe('v');
});
