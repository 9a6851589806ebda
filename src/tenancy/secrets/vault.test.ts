import { expect, test } from 'vitest';
import { openVault } from './vault.ts';

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const owner = { orgId: 'org_a', name: 'TOKEN' };

test('what is sealed opens for its owner, and reads differently each time', async () => {
  const vault = openVault(keyOf(1));
  const [first, second] = await Promise.all([
    vault.seal(owner, 'völlig'),
    vault.seal(owner, 'völlig'),
  ]);
  expect(first.sealed).not.toBe(second.sealed);
  expect(Buffer.from(first.sealed, 'base64').toString('latin1')).not.toContain('llig');
  expect(await vault.open(owner, first)).toBe('völlig');
});

test('a value that was moved to another name or organisation does not open', async () => {
  const vault = openVault(keyOf(1));
  const sealed = await vault.seal(owner, 'value');
  expect(await vault.open({ ...owner, name: 'OTHER' }, sealed)).toBeNull();
  expect(await vault.open({ ...owner, orgId: 'org_b' }, sealed)).toBeNull();
});

test('a value that was altered by one bit does not open', async () => {
  const vault = openVault(keyOf(1));
  const { keyId, sealed } = await vault.seal(owner, 'value');
  const bytes = Buffer.from(sealed, 'base64');
  for (const at of [0, 12, bytes.length - 1]) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
    expect(await vault.open(owner, { keyId, sealed: altered.toString('base64') })).toBeNull();
  }
});

test('keys are rotated: the newest seals, the older ones still open', async () => {
  const sealed = await openVault(keyOf(1)).seal(owner, 'value');
  const rotated = openVault(`${keyOf(2)}, ${keyOf(1)}`);
  expect(await rotated.open(owner, sealed)).toBe('value');
  const again = await rotated.seal(owner, 'value');
  expect(again.keyId).toBe(await openVault(keyOf(2)).currentKeyId());
  expect(await openVault(keyOf(2)).open(owner, sealed)).toBeNull();
  expect(await openVault(keyOf(2)).open(owner, again)).toBe('value');
});

test('without a key nothing is sealed or opened, and the operator is told', async () => {
  const sealed = await openVault(keyOf(1)).seal(owner, 'value');
  const vault = openVault(undefined);
  await expect(vault.seal(owner, 'value')).rejects.toThrow(/SECRETS_KEY/);
  expect(await vault.open(owner, sealed)).toBeNull();
});

const noKeys = ['short', '', keyOf(1).slice(4), 'not base64 at all!'];

test.each(noKeys)('behind a key %j opens nothing, and what the key opens goes on', async (part) => {
  const vault = openVault(`${keyOf(1)},${part}`);
  const sealed = await vault.seal(owner, 'value');
  expect(await vault.open(owner, sealed)).toBe('value');
  expect(await vault.olderKeyIds()).toEqual([]);
});

test.each(noKeys)('before a key %j seals nothing, and what the key opens goes on', async (part) => {
  const sealed = await openVault(keyOf(1)).seal(owner, 'value');
  const vault = openVault(`${part},${keyOf(1)}`);
  expect(await vault.open(owner, sealed)).toBe('value');
  await expect(vault.seal(owner, 'value')).rejects.toThrow(/32 random bytes/);
  await expect(vault.currentKeyId()).rejects.toThrow(/32 random bytes/);
});
