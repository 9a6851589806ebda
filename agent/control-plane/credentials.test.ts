import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Identity, type Journal, openJournal } from '../journal.ts';
import { FakeControlPlane } from '../testing/fake-control-plane.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { createCredentials } from './credentials.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

const old = `lsh_${'a'.repeat(43)}`;

let folder: string;
let control: FakeControlPlane;
let journal: Journal;
let client: HttpClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-credentials-'));
  journal = await openJournal(folder);
  control = new FakeControlPlane();
  await control.start();
  control.addHost({ host_id: 'host_1', install_id: 'i'.repeat(16), secret: old }).rotate = true;
  const identity = { install_id: 'i'.repeat(16), secret: old, url: control.url, host_id: 'host_1' };
  await journal.writeIdentity(identity);
  client = createHttpClient({ url: control.url, user_agent: 'test' });
});
afterEach(async () => {
  client.close();
  await control.stop();
  await rm(folder, { recursive: true });
});

const faults: unknown[] = [];

/** What a process that is started now has. */
async function boot(
  write: Journal['writeIdentity'] = (identity) => journal.writeIdentity(identity),
) {
  return createCredentials({
    identity: await onDisk(),
    journal: { writeIdentity: write },
    client,
    log: recordedLog(),
    onUnwritten: (error) => faults.push(error),
  });
}

async function onDisk(): Promise<Identity> {
  const identity = await journal.readIdentity();
  if (!identity) throw new Error('there is no identity');
  return identity;
}

const fullDisk = async () => {
  throw new Error('ENOSPC');
};

/** The secret that the control plane takes is the one that the agent uses, and the disk holds it alone. */
async function expectSettled(secret: string): Promise<void> {
  expect(control.host('host_1').secret).toBe(secret);
  expect(await onDisk()).toMatchObject({ secret });
  expect(await onDisk()).not.toHaveProperty('next_secret');
}

describe('the rotation of the secret', () => {
  test('is on the disk, for its owner only, before it is sent; the old one goes when the new one was taken', async () => {
    const credentials = await boot();
    expect(credentials.pending).toBe(false);
    await credentials.prepare();
    const { next_secret } = await onDisk();
    expect(next_secret).toMatch(/^lsh_[A-Za-z0-9_-]{43}$/);
    expect((await stat(join(folder, 'identity.json'))).mode & 0o777).toBe(0o600);
    expect(credentials).toMatchObject({ secret: old, pending: true });
    expect(control.host('host_1').secret).toBe(old);
    expect(await credentials.offer()).toBeNull();
    expect(credentials).toMatchObject({ secret: next_secret, pending: false });
    await expectSettled(credentials.secret);
    expect(await readFile(join(folder, 'identity.json'), 'utf8')).not.toContain(old);
  });

  test('a death between the write and the offer: the next process offers it', async () => {
    await (await boot()).prepare();
    const { next_secret } = await onDisk();
    const credentials = await boot();
    expect(credentials).toMatchObject({ secret: old, pending: true });
    expect(await credentials.offer()).toBeNull();
    await expectSettled(String(next_secret));
  });

  test.each(['lose_reply', 'cut', 'html_502'] as const)(
    'an offer that meets %s is offered again, the same one',
    async (fault) => {
      const credentials = await boot();
      await credentials.prepare();
      const { next_secret } = await onDisk();
      control.inject(fault);
      expect(await credentials.offer()).toMatchObject({ kind: 'no_answer' });
      expect(credentials).toMatchObject({ secret: old, pending: true });
      expect(await onDisk()).toMatchObject({ secret: old, next_secret });
      expect(await credentials.offer()).toBeNull();
      await expectSettled(String(next_secret));
    },
  );

  test('a death after it was taken, before the reply or before its write: the next process finds out', async () => {
    const first = await boot();
    await first.prepare();
    control.inject('lose_reply');
    await first.offer();
    const second = await boot();
    expect(await second.offer()).toBeNull();
    await expectSettled(second.secret);
  });

  test('a disk that takes nothing: nothing is offered that it does not hold', async () => {
    const credentials = await boot(fullDisk);
    await credentials.prepare();
    expect(credentials).toMatchObject({ secret: old, pending: false });
    expect(faults).not.toEqual([]);
    expect(await credentials.offer()).toBeNull();
    expect(control.host('host_1').secret).toBe(old);
  });

  test('a disk that is full when the new one was taken: this process uses it, and the next one settles it', async () => {
    let writes = 0;
    const credentials = await boot(async (identity) => {
      writes += 1;
      if (writes > 1) throw new Error('ENOSPC');
      await journal.writeIdentity(identity);
    });
    await credentials.prepare();
    await credentials.offer();
    expect(credentials.secret).toBe(control.host('host_1').secret);
    expect(await onDisk()).toMatchObject({ secret: old });
    const next = await boot();
    expect(next.pending).toBe(true);
    expect(await next.offer()).toBeNull();
    await expectSettled(credentials.secret);
  });

  test('asked for again while one is under way, it is the same one; afterwards another', async () => {
    const credentials = await boot();
    await credentials.prepare();
    await credentials.prepare();
    const { next_secret } = await onDisk();
    await credentials.offer();
    expect(credentials.secret).toBe(next_secret);
    control.host('host_1').rotate = true;
    await credentials.prepare();
    await credentials.offer();
    expect(credentials.secret).not.toBe(next_secret);
    await expectSettled(credentials.secret);
  });

  test('one that was taken, with another one retired since, is recognised by itself', async () => {
    const credentials = await boot();
    await credentials.prepare();
    const { next_secret } = await onDisk();
    Object.assign(control.host('host_1'), { secret: next_secret, retired_secret: 'another' });
    expect(await credentials.offer()).toBeNull();
    await expectSettled(String(next_secret));
  });

  test('what is not asked for any more is dropped', async () => {
    const credentials = await boot();
    await credentials.prepare();
    control.host('host_1').rotate = false;
    expect(await credentials.offer()).toBeNull();
    await expectSettled(old);
  });

  test.each(['host_removed', 'host_revoked'] as const)(
    'one that was taken, and then %s: that is the answer, whatever the old one gets',
    async (code) => {
      const credentials = await boot();
      await credentials.prepare();
      const { next_secret } = await onDisk();
      control.hosts.clear();
      control.refusals.set(String(next_secret), code);
      expect(await credentials.offer()).toMatchObject({ kind: 'problem', problem: { code } });
      expect(credentials.pending).toBe(true);
    },
  );

  test('when somebody else took the place both are kept, and it is said', async () => {
    const credentials = await boot();
    await credentials.prepare();
    const { next_secret } = await onDisk();
    const thief = `lsh_${'t'.repeat(43)}`;
    Object.assign(control.host('host_1'), { secret: thief, retired_secret: old, rotate: false });
    const answer = await credentials.offer();
    expect(answer).toMatchObject({ problem: { code: 'secret_retired' } });
    expect(credentials).toMatchObject({ secret: old, pending: true });
    expect(await onDisk()).toMatchObject({ secret: old, next_secret });
  });
});
