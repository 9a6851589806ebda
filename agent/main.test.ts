import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildAgent } from './build.ts';
import { openJournal } from './journal.ts';
import { FakeControlPlane } from './testing/fake-control-plane.ts';

let home: string;
let program: string;
let size: number;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'longshore-main-'));
  program = join(home, 'longshore-agent.mjs');
  size = await buildAgent(program);
});
afterAll(() => rm(home, { recursive: true }));

let control: FakeControlPlane;
let state: string;
let children: ChildProcess[];
beforeEach(async () => {
  control = new FakeControlPlane();
  await control.start();
  state = await mkdtemp(join(home, 'state-'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await control.stop();
});

/** The bundled agent as a process of its own, on a machine without Docker. */
function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args, '--state', state], {
    env: { PATH: process.env.PATH, DOCKER_HOST: `unix://${state}/no-docker.sock`, ...env },
  });
  children.push(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null); // of the event `close`
  return { child, said, ended };
}

describe('the bundled agent', { timeout: 30_000 }, () => {
  test('is one small file', () => {
    expect(size).toBeLessThan(600_000);
  });

  test('enrols with the token of its environment, reports, and ends when it is told to', async () => {
    const { child, said, ended } = start(['run', '--url', control.url, '--name', 'box'], {
      LONGSHORE_TOKEN: control.token,
    });
    const host = await control.waitFor(() => {
      const [only] = control.hosts.values();
      return only?.inventory && control.linkCount === 1 && only;
    });
    expect(host.inventory?.docker).toBeNull();
    expect(host.inventory?.conditions.map(({ code }) => code)).toEqual(['docker_unavailable']);
    expect(host.complete).toBe(false);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const events = said.err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events[0]).toBe('enrolled');
    expect(events.at(-1)).toBe('agent stopped');
    expect(said.err).not.toContain(host.secret);
    expect(said.err).not.toContain(control.token);

    const again = start(['run']);
    await control.waitFor(() => host.epoch === 2);
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);
    expect(control.hosts.size).toBe(1);
  });

  test('runs without a place for models, and says so', async () => {
    const blocker = join(state, 'mnt');
    await writeFile(blocker, 'no folder');
    const args = ['run', '--url', control.url, '--token', control.token];
    const { child } = start([...args, '--models', join(blocker, 'models')]);
    const conditions = (found: readonly { code: string; message: string }[] = []) =>
      found.find(({ code }) => code === 'models_unavailable');
    const host = await control.waitFor(() => {
      const [only] = control.hosts.values();
      return only?.inventory && only;
    });
    expect(conditions(host.inventory?.conditions)?.message).toContain('--models');
    expect(child.exitCode).toBeNull();
  });

  test('a second one on the same state touches nothing, and says which is there', async () => {
    const args = ['run', '--url', control.url, '--token', control.token];
    const first = start(args);
    const host = await control.waitFor(() => {
      const [only] = control.hosts.values();
      return only?.inventory && only;
    });
    const second = start(args);
    expect(await second.ended).toBe(1);
    expect(second.said.err).toContain(`Another agent (process ${first.child.pid}`);
    expect(host.epoch).toBe(1);
    first.child.kill('SIGKILL');
    await first.ended;
    start(args);
    await control.waitFor(() => host.epoch === 2);
  });

  test('whoever reads its log may go: it works on', async () => {
    const { child } = start(['run', '--url', control.url, '--name', 'box'], {
      LONGSHORE_TOKEN: control.token,
    });
    await control.waitFor(() => control.linkCount === 1);
    child.stderr.destroy();
    for (let times = 0; times < 3; times++) {
      control.dropLinks(); // it has something to say of it
      await control.waitFor(() => control.linkCount === 0);
      const syncs = control.syncs.length;
      await control.waitFor(() => control.syncs.length > syncs);
    }
    expect(child.exitCode).toBeNull();
  });

  test('enrols and ends with `enroll`', async () => {
    const { ended } = start(['enroll', '--url', control.url, '--token', control.token]);
    expect(await ended).toBe(0);
    expect((await (await openJournal(state)).readIdentity())?.host_id).toBe(
      [...control.hosts.keys()][0],
    );
  });

  test('`check` says what the host is to its control plane, and asks no other one', async () => {
    await start(['enroll', '--url', control.url, '--token', control.token]).ended;
    const check = async (...args: string[]) => {
      const { said, ended } = start(['check', ...args]);
      await ended;
      return said.out;
    };
    expect(await check()).toContain('the control plane knows this host as "box"');
    control.refuse = 'host_revoked';
    expect(await check()).toMatch(/^MISSING +this host is revoked: its containers stay/m);
    control.refuse = 'host_removed';
    expect(await check()).toMatch(/^MISSING +this host was removed/m);
    const other = new FakeControlPlane();
    await other.start();
    try {
      const said = await check('--url', other.url);
      expect(said).toContain(`the control plane answers at ${other.url}`);
      expect(said).not.toMatch(/knows this host|does not know/);
    } finally {
      await other.stop();
    }
    expect(control.syncs).toEqual([]);
  });

  test('an identity of one control plane is told to no other, and moves when that has moved', async () => {
    await start(['enroll', '--url', control.url, '--token', control.token]).ended;
    const journal = await openJournal(state);
    const before = await journal.readIdentity();
    const other = new FakeControlPlane();
    await other.start();
    try {
      for (const command of ['enroll', 'run']) {
        const { said, ended } = start([command, '--url', other.url, '--token', other.token]);
        expect(await ended).toBe(1);
        expect(said.err).toContain(
          `host ${before?.host_id} of ${control.url}, not of ${other.url}`,
        );
        expect(said.err).toContain('--uninstall --purge');
        expect(said.err).toContain('--state');
      }
      expect(await journal.readIdentity()).toEqual(before);
      expect([other.hosts.size, other.syncs.length]).toEqual([0, 0]);
      expect(await start(['enroll', '--moved', '--url', other.url]).ended).toBe(0);
      expect(await journal.readIdentity()).toEqual({ ...before, url: other.url });
    } finally {
      await other.stop();
    }
  });

  test.each([
    [['run'], 'Give the address of the control plane with --url.'],
    [['run', '--url', 'http://127.0.0.1:9'], 'Give an enrolment token with --token.'],
    [['run', '--url', 'nowhere'], '--url (LONGSHORE_URL): must be an http(s) address'],
  ])('%j ends with what to do', async (args, message) => {
    const { said, ended } = start(args);
    expect(await ended).toBe(1);
    expect(said.err).toContain(message);
  });

  test('a token that is not taken ends it', async () => {
    const { said, ended } = start(['run', '--url', control.url, '--token', 'n0t-a-token']);
    expect(await ended).toBe(1);
    expect(said.err).toContain('does not take this enrolment token');
    expect(said.err).not.toContain('n0t-a-token');
  });

  test('`check` says in plain words what is missing', async () => {
    const { said, ended } = start(['check', '--url', control.url]);
    expect(await ended).toBe(1);
    expect(said.out).toMatch(/MISSING {2}Docker at .*no-docker\.sock/);
    expect(said.out).toMatch(/MISSING {2}this machine is not enrolled/);
    expect(said.out).toContain(`the control plane answers at ${control.url}`);
  });
});
