import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { secretMark } from '../contract/secret-mark.ts';
import { type Agent, startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { enroll } from './control-plane/enroll.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import { createBody } from './docker/create-body.ts';
import type { Engine } from './docker/engine.ts';
import { nothingGranted } from './docker/grant.ts';
import { openJournal } from './journal.ts';
import { stopOwnContainers } from './stop-containers.ts';
import { freePort, realEngine, standInImage } from './testing/docker.ts';
import { FakeControlPlane } from './testing/fake-control-plane.ts';
import { testLaunch, testSpec } from './testing/launch-spec.ts';
import { recordedLog } from './testing/recorded-log.ts';

const found = await realEngine();

describe.skipIf(!found)('on a real Docker engine', { timeout: 60_000 }, () => {
  const engine = found as Engine; // without one the suite is skipped, and only its names are read
  let folder: string;
  let control: FakeControlPlane;
  let host_id: string;
  let agent: Agent;
  let instance: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-docker-'));
    control = new FakeControlPlane();
    await control.start();
    const client = createHttpClient({ url: control.url, user_agent: 'test' });
    const identity = await enroll(
      { url: control.url, token: control.token, name: 'box', labels: {} },
      {
        journal: await openJournal(folder),
        client,
        clock: systemClock,
        random: Math.random,
        log: recordedLog(),
        signal: new AbortController().signal,
      },
    );
    client.close();
    host_id = identity.host_id;
    // Names are one table for all tests that use the engine.
    instance = `test-${host_id}`;
    agent = await boot();
  });
  afterEach(async () => {
    await agent.stop();
    await stopOwnContainers({ engine, host_id, longestGraceSeconds: 1, log: recordedLog() });
    await control.stop();
    await rm(folder, { recursive: true });
  });

  async function boot(): Promise<Agent> {
    const journal = await openJournal(folder);
    const identity = await journal.readIdentity();
    if (!identity?.host_id) throw new Error('not enrolled');
    const started = await startAgent({
      identity: { ...identity, host_id: identity.host_id },
      journal,
      engine,
      scanGpus: async () => ({ gpus: [], drivers: [], conditions: [] }),
      models: { folder: join(folder, 'models'), limit_bytes: null, hub_url: 'http://127.0.0.1:1' },
      image_marks: { high_percent: 85, low_percent: 75 },
      address: '127.0.0.1',
      port_range: { first: 20000, last: 20999 },
      link: true,
      agent_version: 'test',
      clock: systemClock,
      random: () => 0,
      log: recordedLog(),
    });
    await control.waitFor(() => control.linkCount === 1 && control.host(host_id).complete);
    return started;
  }

  async function served(changes: Partial<LaunchSpec> = {}, flags: string[] = []) {
    const port = await freePort();
    const args = ['serve', '--host', '0.0.0.0', '--port', String(port), ...flags];
    return testSpec({ instance_id: instance, image: standInImage, port, args, ...changes });
  }

  const becomes = (state: string) =>
    control.waitFor(() => {
      const seen = control.instance(host_id, instance);
      return seen?.state === state && seen;
    });

  function get(port: number, path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path }, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('end', () => resolve(text));
      });
      call.on('error', reject).end();
    });
  }

  test('what is wanted runs with its arguments, secrets and limits, and goes when it is not', async () => {
    const spec = await served({
      env: { KEY: secretMark('key') },
      memory_bytes: 512 * 1024 * 1024,
      cpus: 1,
    });
    control.desire(host_id, [spec], { key: 's3cr3t-value' });
    const { container_id, message } = await becomes('running');
    expect(message).toMatch(/^running; ready .* after its start/);
    expect(await get(spec.port, '/stand-in')).toContain('s3cr3t-value');
    expect((await engine.inspect(container_id ?? ''))?.State.Status).toBe('running');
    control.desire(host_id, []);
    await control.waitFor(() => control.host(host_id).instances.length === 0);
    expect(await engine.inspect(container_id ?? '')).toBeNull();
  });

  test('a network of its own publishes the port', async () => {
    const spec = await served({ network: 'bridge' });
    control.desire(host_id, [spec]);
    await becomes('running');
    expect(await get(spec.port, '/health')).toContain('ok');
  });

  test('a killed container is told with its code and runs again, the same one', async () => {
    control.desire(host_id, [await served()]);
    const before = await becomes('running');
    await engine.stop(before.container_id ?? '', 0);
    const ended = await becomes('restarting');
    expect(ended.exit).toMatchObject({ code: expect.any(Number), oom_killed: false });
    expect(ended.message).toMatch(/^exited with code \d+.*; restart 1 in 1 s/);
    const after = await becomes('running');
    expect(after).toMatchObject({ container_id: before.container_id, restarts: 1 });
    expect(after.message).toMatch(/^running; ready .*; restarted 1 time, last exit code/);
  });

  test('a server that fails at its start is told with its last words', async () => {
    control.desire(host_id, [await served({}, ['--fail-at-start', '3'])]);
    const ended = await control.waitFor(() => {
      const seen = control.instance(host_id, instance);
      return seen?.exit && seen;
    });
    expect(ended).toMatchObject({ state: 'restarting', exit: { code: 3, oom_killed: false } });
    expect(ended.message).toContain('failed at start on request');
  });

  test('a container that runs is adopted by the next agent', async () => {
    control.desire(host_id, [await served()]);
    const before = await becomes('running');
    const started = (await engine.inspect(before.container_id ?? ''))?.State.StartedAt;
    await agent.stop();
    control.host(host_id).instances = [];
    agent = await boot();
    const after = await becomes('running');
    expect(after).toMatchObject({ container_id: before.container_id, restarts: 0 });
    expect((await engine.inspect(after.container_id ?? ''))?.State.StartedAt).toBe(started);
  });

  test('a newer generation takes the place of the older one on the same port', async () => {
    const spec = await served();
    control.desire(host_id, [spec]);
    const older = await becomes('running');
    control.desire(host_id, [{ ...spec, generation: 2 }]);
    const newer = await control.waitFor(() =>
      control
        .host(host_id)
        .instances.find(({ generation, state }) => generation === 2 && state === 'running'),
    );
    expect(newer.container_id).not.toBe(older.container_id);
    expect(await engine.inspect(older.container_id ?? '')).toBeNull();
  });

  test('a foreign container with our name is left alone', async () => {
    const spec = await served();
    const launch = testLaunch(spec);
    const theirs = createBody({
      launch,
      host_id: `${host_id}-other`,
      desired: { era: 'era', revision: 1 },
      secrets: new Map(),
      grant: nothingGranted,
      model_folder: null,
    });
    if (!theirs.ok) throw new Error(theirs.message);
    const id = await engine.create(launch.name, theirs.body);
    try {
      control.desire(host_id, [spec]);
      expect(await becomes('failed')).toMatchObject({ reason: 'name_taken' });
      control.desire(host_id, []);
      await control.waitFor(() => control.host(host_id).instances.length === 0);
      expect((await engine.inspect(id))?.State.Status).toBe('created');
    } finally {
      await engine.remove(id);
    }
  });

  test('GPUs without a runtime for them are told with what to install', async () => {
    if ((await engine.info()).runtimes.includes('nvidia')) return;
    const gpu = { framework: 'cuda', uuids: ['GPU-00000000-0000'], indexes: [0] };
    control.desire(host_id, [await served({ gpu })]);
    expect(await becomes('failed')).toMatchObject({ reason: 'gpu_runtime_missing' });
  });

  test('an image that nobody has is told', async () => {
    control.desire(host_id, [await served({ image: '127.0.0.1:9/nobody/has:it' })]);
    expect(await becomes('restarting')).toMatchObject({ reason: 'registry_unreachable' });
  });
});
