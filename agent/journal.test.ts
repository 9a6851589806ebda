import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretMark } from '../contract/secret-mark.ts';
import type { Held } from './desired.ts';
import { BrokenIdentityError, openJournal } from './journal.ts';
import { testLaunch } from './testing/launch-spec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const identity = {
  install_id: 'install_0123456789',
  secret: `lsh_${'a'.repeat(43)}`,
  url: 'https://example.com',
  host_id: null,
};

function heldSet(revision: number): Held {
  return {
    era: 'era-1',
    revision,
    launches: [testLaunch({ env: { TOKEN: `Bearer ${secretMark('hf')}` } })],
  };
}

/** Looks after each byte that a file loses from its end. The last one is the newline after the whole. */
async function atEachTear(file: string, look: () => Promise<unknown>): Promise<void> {
  const path = join(folder, file);
  const { size } = await stat(path);
  for (let length = size - 2; length >= 0; length--) {
    await truncate(path, length);
    await look();
  }
}

describe('journal', () => {
  test('what is written is read by the next process', async () => {
    const journal = await openJournal(join(folder, 'new', 'state'));
    await journal.writeIdentity(identity);
    await journal.writeEpoch(7);
    await journal.writeDesired(heldSet(3));
    const next = await openJournal(join(folder, 'new', 'state'));
    expect(await next.readIdentity()).toEqual(identity);
    expect(await next.readEpoch()).toBe(7);
    expect(await next.readDesired()).toEqual(heldSet(3));
  });

  test('an empty folder holds nothing', async () => {
    const journal = await openJournal(folder);
    expect(await journal.readIdentity()).toBeNull();
    expect(await journal.readEpoch()).toBe(0);
    expect(await journal.readDesired()).toBeNull();
  });

  test('only its owner can read the identity, also where a file with other rights was', async () => {
    await writeFile(join(folder, 'identity.json.new'), 'old', { mode: 0o644 });
    const journal = await openJournal(folder);
    await journal.writeIdentity(identity);
    expect((await stat(join(folder, 'identity.json'))).mode & 0o777).toBe(0o600);
  });

  test('a desired set torn at any byte is no desired set, never a part of one', async () => {
    const journal = await openJournal(folder);
    await journal.writeDesired(heldSet(3));
    await atEachTear('desired.json', async () => expect(await journal.readDesired()).toBeNull());
  });

  test('an epoch torn at any byte counts as none, never as an older one', async () => {
    const journal = await openJournal(folder);
    await journal.writeEpoch(1234);
    await atEachTear('epoch.json', async () => expect(await journal.readEpoch()).toBe(0));
  });

  test('an identity torn at any byte is an error, not a second host', async () => {
    const journal = await openJournal(folder);
    await journal.writeIdentity(identity);
    await atEachTear('identity.json', () =>
      expect(journal.readIdentity()).rejects.toThrow(BrokenIdentityError),
    );
  });

  test('of many writes at once the last one stays, and nothing temporary', async () => {
    const journal = await openJournal(folder);
    await Promise.all([1, 2, 3, 4, 5].map((revision) => journal.writeDesired(heldSet(revision))));
    expect((await journal.readDesired())?.revision).toBe(5);
    expect(await readdir(folder)).toEqual(['desired.json']);
  });

  test('a write that fails is told, and the next one goes on', async () => {
    const journal = await openJournal(folder);
    await rm(folder, { recursive: true });
    await expect(journal.writeDesired(heldSet(1))).rejects.toThrow(/ENOENT/);
    await openJournal(folder);
    await journal.writeDesired(heldSet(2));
    expect((await journal.readDesired())?.revision).toBe(2);
  });

  test('launches keep the marks of secrets', async () => {
    const journal = await openJournal(folder);
    await journal.writeDesired(heldSet(1));
    const held = await journal.readDesired();
    expect(held?.launches[0]?.spec.env.TOKEN).toBe(`Bearer ${secretMark('hf')}`);
    expect(await readFile(join(folder, 'desired.json'), 'utf8')).not.toContain('"secrets"');
  });
});
