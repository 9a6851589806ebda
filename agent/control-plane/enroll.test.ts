import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { type Journal, openJournal } from '../journal.ts';
import { FakeControlPlane } from '../testing/fake-control-plane.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { EnrollRefusedError, enroll } from './enroll.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';

let folder: string;
let control: FakeControlPlane;
let journal: Journal;
let client: HttpClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-enroll-'));
  journal = await openJournal(folder);
  control = new FakeControlPlane();
  await control.start();
  client = createHttpClient({ url: control.url, user_agent: 'test' });
});
afterEach(async () => {
  client.close();
  await control.stop();
  await rm(folder, { recursive: true });
});

function enrolNow(token = control.token) {
  // No jitter, no pause: a retry follows at once.
  const clock = systemClock;
  const { signal } = new AbortController();
  const ports = { journal, client, clock, random: () => 0, log: recordedLog(), signal };
  return enroll({ url: control.url, token, name: 'box', labels: { zone: 'a' } }, ports);
}

describe('enrol', () => {
  test('makes a host and keeps its identity', async () => {
    const identity = await enrolNow();
    expect([...control.hosts.keys()]).toEqual([identity.host_id]);
    expect(await journal.readIdentity()).toEqual(identity);
    expect(control.enrolments[0]).toMatchObject({ name: 'box', labels: { zone: 'a' } });
  });

  test('the identity is on the disk before it is sent', async () => {
    const sent = control.waitFor(() => control.enrolments[0]);
    control.inject('html_502', 'lose_reply');
    const enrolled = enrolNow();
    const request = await sent;
    const file = JSON.parse(await readFile(join(folder, 'identity.json'), 'utf8'));
    expect(file).toMatchObject({ install_id: request.install_id, secret: request.secret });
    await enrolled;
  });

  test('a lost reply makes one host', async () => {
    control.inject('lose_reply', 'lose_reply');
    await enrolNow();
    expect(control.enrolments.length).toBeGreaterThan(1);
    expect(control.hosts.size).toBe(1);
  });

  test('a crash between the reply and its journal makes one host', async () => {
    const first = await enrolNow();
    await journal.writeIdentity({ ...first, host_id: null });
    expect(await enrolNow()).toEqual(first);
    expect(control.hosts.size).toBe(1);
  });

  test("a proxy's page is waited out", async () => {
    control.inject('html_502', 'html_502', 'html_502');
    await enrolNow();
    expect(control.hosts.size).toBe(1);
  });

  test('a wrong token ends with what to do', async () => {
    await expect(enrolNow('wrong')).rejects.toThrow(EnrollRefusedError);
    await expect(enrolNow('wrong')).rejects.toThrow(/Make a new one/);
  });

  test('an installation with another secret ends with what to do', async () => {
    const identity = await enrolNow();
    await journal.writeIdentity({ ...identity, secret: `lsh_${'b'.repeat(43)}`, host_id: null });
    await expect(enrolNow()).rejects.toThrow(/Remove the state folder/);
    expect(control.hosts.size).toBe(1);
  });
});
