import { spawnSync } from 'node:child_process';
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { GpuScan } from '../inventory/gpus.ts';
import { eventually, manualClock } from '../testing/manual-clock.ts';
import { reconcilerBench } from '../testing/reconciler-bench.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { watchPolicy } from './host-policy.ts';

const gibibyte = 2 ** 30;
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** The inner half of an agent on an engine in memory, with a policy file; null: without one. */
async function bench(text: string | null) {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-host-policy-'));
  const file = join(folder, 'policy.yaml');
  if (text !== null) await writeFile(file, text);
  const clock = manualClock();
  const log = recordedLog();
  const policy = watchPolicy({
    ...{ file, named: false, uid: null },
    kept: { docker_socket: join(folder, 'docker.sock'), state: '/state', models: '/models' },
    ...{ clock, log },
  });
  const { engine, containers, reconciler, want, all, stop } = reconcilerBench({
    clock,
    log,
    policy,
  });
  cleanUps.push(async () => {
    policy.stop();
    await stop();
    await rm(folder, { recursive: true });
  });
  let changes = 0;
  await policy.start(() => {
    changes++;
    reconciler.policyChanged();
  });
  containers.start();
  const seen = (id = 'ins_1') => all().find(({ instance_id }) => instance_id === id);
  const becomes = (state: string, id = 'ins_1') => eventually(() => seen(id)?.state === state);
  /** The owner writes a policy, and the agent looks. */
  const owner = async (next: string) => {
    await writeFile(file, next);
    const before = changes;
    await clock.advance(3000);
    await eventually(() => changes > before);
  };
  return { folder, file, clock, engine, policy, want, seen, becomes, owner };
}

test('what is refused is told with its rule and its file, and nothing is pulled for it', async () => {
  const { file, engine, want, seen, becomes } = await bench('images: [acme/*]');
  want({ image: 'other/server:1', image_pull_policy: 'always' });
  await becomes('failed');
  expect(seen()).toMatchObject({
    reason: 'policy_refused',
    message: `Refused by this host's policy (images in ${file}): the image other/server:1 is none of those that it allows. Next: try 2 in 1 s.`,
  });
  expect(engine.calls).toEqual([]);
});

test('what was refused is tried at once when its owner allows it', async () => {
  const { clock, engine, want, seen, becomes, owner } = await bench('host_network: false');
  want({});
  for (let attempt = 2; attempt < 8; attempt++) {
    await eventually(() => seen()?.message.includes(`try ${attempt} `) === true);
    await clock.advance(2 ** (attempt - 2) * 1000);
  }
  expect(engine.calls).toEqual([]);
  // The next try of its own would be a minute away.
  await owner('host_network: true');
  await eventually(() => engine.byName('longshore-ins_1-1')?.status === 'running');
  await clock.advance(20);
  await becomes('running');
});

test('a policy that cannot be read lets nothing start, and stops nothing', async () => {
  const { file, engine, clock, policy, want, seen, becomes, owner } = await bench('{}');
  want({});
  await eventually(() => engine.byName('longshore-ins_1-1')?.status === 'running');
  await clock.advance(20);
  await becomes('running');
  await owner('imagse: [a]');
  expect(policy.fault).toContain(`its policy ${file} cannot be used: Unrecognized key`);
  want({}, { instance_id: 'ins_2', port: 17_001 });
  await becomes('failed', 'ins_2');
  expect(seen('ins_2')).toMatchObject({ reason: 'policy_refused' });
  expect(seen()?.state).toBe('running');
  await owner('{}');
  expect(policy.fault).toBeNull();
  await eventually(() => engine.byName('longshore-ins_2-1')?.status === 'running');
});

test('a container that ended does not start again under a policy that forbids it by now', async () => {
  const { engine, clock, want, seen, becomes, owner } = await bench('{}');
  want({});
  await eventually(() => engine.byName('longshore-ins_1-1')?.status === 'running');
  await clock.advance(20);
  await becomes('running');
  await owner('images: [acme/*]');
  engine.exit('longshore-ins_1-1', 1);
  await becomes('restarting');
  await clock.advance(1000);
  await becomes('failed');
  expect(seen()?.reason).toBe('policy_refused');
  expect(engine.calls.filter((call) => call.startsWith('start'))).toHaveLength(1);
});

test('two that begin at once do not both take the last room, and the second gets it when it is free', async () => {
  const { clock, engine, want, seen } = await bench('limits: { memory_total: 3GiB }');
  const specs = ['ins_1', 'ins_2'].map((instance_id, at) => ({
    ...{ instance_id, port: 17_000 + at, memory_bytes: 2 * gibibyte },
  }));
  const refused = () => specs.filter((spec) => seen(spec.instance_id)?.reason === 'policy_refused');
  want(...specs);
  await eventually(() => refused().length > 0 && engine.calls.length === 2);
  const [loser] = refused();
  expect(refused()).toHaveLength(1);
  expect(engine.containers.size).toBe(1);
  want(loser ?? {});
  await eventually(() => engine.containers.size === 0);
  await clock.advance(1000);
  await eventually(() => engine.byName(`longshore-${loser?.instance_id}-1`)?.status === 'running');
});

test('a new generation takes the room of the one before it', async () => {
  const { engine, want } = await bench('limits: { instances: 1 }');
  want({});
  await eventually(() => engine.byName('longshore-ins_1-1')?.status === 'running');
  want({ generation: 2 });
  await eventually(() => engine.byName('longshore-ins_1-2')?.status === 'running');
});

test('GPUs that are not offered are not told; a slip in the file changes nothing about that', async () => {
  const gpu = (index: number, changes = {}) => ({
    gpu: { framework: 'cuda', index, uuid: `GPU-${index}`, name: 'x', memory_bytes: 1, ...changes },
    nodes: [],
    mounts: [],
  });
  const part = gpu(2, { uuid: 'MIG-1', parent_uuid: 'GPU-2' });
  const scan: GpuScan = { gpus: [gpu(0), gpu(1), part], drivers: [], conditions: [] };
  const { policy, owner } = await bench('gpus: [0, GPU-2]');
  const offered = () => policy.offered(scan).gpus.map((each) => each.gpu.uuid);
  expect(offered()).toEqual(['GPU-0', 'MIG-1']);
  await owner('gpus: [0');
  expect(offered()).toEqual(['GPU-0', 'MIG-1']);
  await owner('gpus: []');
  expect(offered()).toEqual([]);
  await owner('{}');
  expect(offered()).toHaveLength(3);
});

test('an agent that begins with a policy it cannot read offers no GPU', async () => {
  const gpus = [
    {
      gpu: { framework: 'cuda', index: 0, uuid: 'G', name: '', memory_bytes: 1 },
      nodes: [],
      mounts: [],
    },
  ];
  const { policy } = await bench('gpus: [0');
  expect(policy.offered({ gpus, drivers: [], conditions: [] }).gpus).toEqual([]);
});

test('only ports of both the agent and the policy are told', async () => {
  const { policy } = await bench('ports: 20010-21999');
  expect(policy.ports({ first: 20000, last: 20999 })).toEqual({ first: 20010, last: 20999 });
  expect(policy.ports({ first: 30000, last: 30999 })).toBeNull();
});

test('a policy that goes is no policy any more, once it is missed twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-host-policy-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'policy.yaml');
  await writeFile(file, 'images: []');
  const clock = manualClock();
  const kept = { docker_socket: '/run/docker.sock', state: '/state', models: '/models' };
  const policy = watchPolicy({
    ...{ file, named: false, uid: null, kept },
    ...{ clock, log: recordedLog() },
  });
  await policy.start(() => {});
  expect(policy.refuseImage('a/b')).not.toBeNull();
  const look = async () => {
    await clock.advance(3000);
    // It sets the time for the next one when it has ended.
    await eventually(() => clock.pending > 0);
  };
  await rm(file);
  await look();
  expect(policy.absent).toBe(false);
  expect(policy.refuseImage('a/b')).not.toBeNull();
  await look();
  expect(policy.absent).toBe(true);
  expect(policy.refuseImage('a/b')).toBeNull();
  policy.stop();
});

test.each([null, 'mounts: [/]'])(
  'no container gets the folder of the Docker socket, also by a link (policy %s)',
  async (text) => {
    const { folder, want, seen, becomes, engine } = await bench(text);
    const link = join(folder, 'link');
    await symlink(folder, link);
    for (const [at, host_path] of [folder, link, '/proc', '/'].entries()) {
      const instance_id = `ins_${at + 1}`;
      want({ instance_id, mounts: [{ source: host_path, target: '/model', read_only: true }] });
      await becomes('failed', instance_id);
      expect(seen(instance_id), host_path).toMatchObject({
        reason: 'policy_refused',
        message: expect.stringContaining(`The agent gives ${host_path} to no container`),
      });
    }
    expect(engine.calls).toEqual([]);
  },
);

test('what ended does not count: after a reboot what fits under a lowered limit starts', async () => {
  const { engine, want, seen, becomes, owner, clock } = await bench('limits: { instances: 3 }');
  const three = [1, 2, 3].map((at) => ({ instance_id: `ins_${at}`, port: 17_000 + at }));
  want(...three);
  for (const { instance_id } of three) await becomes('starting', instance_id);
  await owner('limits: { instances: 2 }');
  for (const { instance_id } of three) engine.exit(`longshore-${instance_id}-1`, 0);
  for (const { instance_id } of three) await becomes('restarting', instance_id);
  await clock.advance(1000);
  const running = () => three.filter((one) => seen(one.instance_id)?.state !== 'failed');
  await eventually(() => running().length === 2);
  const refused = three.find((one) => !running().includes(one));
  expect(seen(refused?.instance_id)).toMatchObject({ reason: 'policy_refused' });
});

test.skipIf(spawnSync('mkfifo', ['--version']).error)(
  'a policy whose disk does not answer keeps no agent from starting, and lets nothing start until it does',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-silent-policy-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'policy.yaml');
    /** To open it takes until somebody writes. */
    const hang = () => spawnSync('mkfifo', [file]);
    const answer = async () => {
      await rename(file, `${file}.old`);
      await writeFile(`${file}.old`, '');
    };
    hang();
    const clock = manualClock();
    const log = recordedLog();
    const kept = { docker_socket: '/run/docker.sock', state: '/state', models: '/models' };
    const from = { file, named: false, uid: null, deadline_ms: 20 };
    const policy = watchPolicy({ ...from, kept, clock, log });
    let changes = 0;
    await policy.start(() => changes++);
    expect(policy.fault).toContain('its disk does not answer');
    expect(policy.refuseImage('any:1')).toContain('Nothing starts on this host');

    await answer();
    await writeFile(file, 'host_network: false');
    // On a busy machine a look may come too late for its 20 ms: the next one counts.
    const looked = async <Seen>(seen: () => Seen) => {
      await clock.advance(3000);
      return seen();
    };
    await expect.poll(() => looked(() => changes)).toBe(2);
    expect(policy.fault).toBeNull();

    // Silent again: what was read holds.
    const silences = () => log.events.filter((event) => event === 'host policy silent').length;
    const before = silences();
    await rm(file);
    hang();
    await expect.poll(() => looked(silences)).toBeGreaterThan(before);
    expect(policy.fault).toBeNull();
    policy.stop();
    await answer();
  },
);
