import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { secretMark } from '../contract/secret-mark.ts';
import { EngineAwayError, EngineRefusedError } from './docker/errors.ts';
import { grantGpus } from './docker/grant.ts';
import { label } from './docker/labels.ts';
import type { ProbeResult } from './health.ts';
import { testLaunch } from './testing/launch-spec.ts';
import { eventually } from './testing/manual-clock.ts';
import type { MemoryEngine } from './testing/memory-engine.ts';
import { reconcilerBench } from './testing/reconciler-bench.ts';

const first = 'longshore-ins_1-1';
const second = 'longshore-ins_1-2';
const ok: ProbeResult = { ready: true, summary: 'HTTP 200', excerpt: null };

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** The labels of this host's container of a launch, which an earlier agent made. */
function own() {
  const { spec, hash } = testLaunch();
  return {
    [label.host]: 'host_1',
    [label.instance]: spec.instance_id,
    [label.generation]: String(spec.generation),
    [label.specHash]: hash,
  };
}

const plainEngine = {
  ...{ runtimes: ['runc'], default_runtime: 'runc' },
  ...{ cdi_devices: [], nvidia_hook: false },
};

/** Probes are answered as `health` says. */
function bench(prepare: (engine: MemoryEngine) => void = () => {}) {
  const state: { health: ProbeResult | Promise<ProbeResult>; doubts: number } = {
    health: ok,
    doubts: 0,
  };
  const inner = reconcilerBench({
    onGpuDoubt: () => {
      state.doubts++;
    },
    probe: async () => state.health,
    grantOf: async (wanted) => grantGpus(wanted, [], plainEngine),
  });
  stop = inner.stop;
  prepare(inner.engine);
  inner.containers.start();
  return { ...inner, state };
}

describe('GPUs', () => {
  const gpu = { framework: 'cuda', uuids: ['GPU-a'], indexes: [0] };

  test('are looked at again when an instance that has some ends, and when it does not start', async () => {
    const { engine, state, want, becomes, ready } = bench();
    want({ gpu });
    await ready();
    expect(state.doubts).toBe(0);
    engine.exit(first, 1, ['CUDA error: uncorrectable ECC error encountered']);
    await becomes('restarting');
    expect(state.doubts).toBe(1);
    const error = new EngineRefusedError(500, 'nvidia-container-cli: device error');
    engine.faults.push({ verb: 'create', late: false, error });
    want({ gpu, generation: 2 });
    await becomes('restarting', 2);
    expect(state.doubts).toBe(2);
  });

  test('are left in peace by an instance without any', async () => {
    const { engine, state, want, becomes, ready } = bench();
    want({});
    await ready();
    engine.exit(first, 1);
    await becomes('restarting');
    expect(state.doubts).toBe(0);
  });
});

describe('launch', () => {
  test('creates, starts, and is running when it answers', async () => {
    const { engine, want, seen, ready } = bench();
    want({});
    await ready();
    expect(engine.calls).toEqual([`create ${first}`, `start ${first}`]);
    expect(seen()).toMatchObject({ state: 'running', restarts: 0, ready_age_ms: 0 });
  });

  test('an image that is not here is pulled, and the pull is shown', async () => {
    const { engine, want, becomes, ready, seen } = bench();
    let open = () => {};
    engine.pullGate = new Promise((resolve) => {
      open = resolve;
    });
    want({ image: 'other:1' });
    await becomes('pulling');
    open();
    await ready();
    expect(engine.calls).toEqual(['pull other:1', `create ${first}`, `start ${first}`]);
    expect(seen()?.message).toContain('; the image was pulled in 0 ms (4.0 GB)');
  });

  test('an image that may not be pulled fails, and converges when it is there', async () => {
    const { clock, engine, want, seen, becomes, ready } = bench();
    want({ image: 'other:1', image_pull_policy: 'never' });
    await becomes('failed');
    expect(seen()?.reason).toBe('image_not_found');
    engine.images.add('other:1');
    await clock.advance(1000);
    await ready();
  });

  test('a registry that does not have it, and one that is away, are told apart', async () => {
    const { engine, want, seen, becomes } = bench();
    engine.faults.push({
      verb: 'pull',
      late: false,
      error: new EngineRefusedError(404, 'manifest unknown'),
    });
    want({ image: 'other:1' });
    await becomes('failed');
    expect(seen()).toMatchObject({ reason: 'image_not_found' });

    const other = bench();
    other.engine.faults.push({
      verb: 'pull',
      late: false,
      error: new EngineRefusedError(500, 'dial tcp: i/o timeout'),
    });
    other.want({ image: 'other:1' });
    await other.becomes('restarting');
    expect(other.seen()).toMatchObject({ reason: 'registry_unreachable' });
    await other.clock.advance(1000);
    await other.ready();
  });

  test('a create whose reply was lost did happen: the container is started, not made twice', async () => {
    const { clock, engine, want, ready } = bench();
    engine.faults.push({ verb: 'create', late: true, error: new EngineAwayError('cut') });
    want({});
    await eventually(() => engine.calls.includes(`create ${first}`));
    await clock.advance(1000);
    await ready();
    expect(engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });

  test('a start whose reply was lost did happen', async () => {
    const { engine, want, ready } = bench();
    engine.faults.push({ verb: 'start', late: true, error: new EngineAwayError('cut') });
    want({});
    await ready();
    expect(engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });

  test('a foreign container with our name is not touched, and the instance says so', async () => {
    const { engine, want, seen, becomes } = bench();
    engine.put(first, { somebody: 'else' });
    want({});
    await becomes('failed');
    expect(seen()?.reason).toBe('name_taken');
    expect(engine.calls).toEqual([`create ${first}`]);
    expect(engine.byName(first)?.status).toBe('running');
  });

  test('an engine without GPUs for containers says what to install', async () => {
    const { engine, want, seen, becomes } = bench();
    const words = 'could not select device driver "nvidia" with capabilities: [[gpu]]';
    engine.faults.push({ verb: 'start', late: false, error: new EngineRefusedError(500, words) });
    want({ gpu: { framework: 'cuda', uuids: ['GPU-a'], indexes: [0] } });
    await becomes('failed');
    expect(seen()).toMatchObject({
      reason: 'gpu_runtime_missing',
      message: expect.stringContaining('NVIDIA Container Toolkit'),
    });
  });

  test('a foreign process on the port is found before the start', async () => {
    const { clock, engine, want, seen, becomes, ready } = bench();
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const address = foreign.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    want({ port: address.port });
    await becomes('failed');
    expect(seen()?.reason).toBe('port_in_use');
    expect(engine.calls).toEqual([]);
    await new Promise((resolve) => foreign.close(resolve));
    await clock.advance(1000);
    await ready();
  });

  test('a foreign process that took the port while the container was down is found before the next start', async () => {
    const { clock, engine, want, seen, becomes, ready } = bench();
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    const address = foreign.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    await new Promise((resolve) => foreign.close(resolve));
    want({ port: address.port });
    await ready();
    engine.exit(first, 1, []);
    await becomes('restarting');
    await new Promise<void>((resolve) => foreign.listen(address.port, '127.0.0.1', resolve));
    await clock.advance(1000);
    await becomes('failed');
    expect(seen()?.reason).toBe('port_in_use');
    expect(engine.byName(first)?.status).toBe('exited');
    await new Promise((resolve) => foreign.close(resolve));
  });

  test('a model that is not here fails', async () => {
    const { want, seen, becomes } = bench();
    want({ model: { source: 'local_path', host_path: '/nowhere/model', path: '/nowhere/model' } });
    await becomes('failed');
    expect(seen()?.reason).toBe('model_path_missing');
  });

  test('a failing launch is not repeated in a hot loop', async () => {
    const { clock, engine, want, seen, becomes } = bench();
    engine.put(first, {});
    want({});
    await becomes('failed');
    await clock.advance(60_000);
    // After 1, 3, 7, 15 and 31 s.
    await eventually(() => engine.calls.length === 6);
    expect(seen()?.state).toBe('failed');
  });
});

describe('ends', () => {
  test('a crash is told with code and words, and it runs again after a second', async () => {
    const { clock, engine, want, seen, becomes, ready } = bench();
    want({});
    await ready();
    engine.exit(first, 137, ['loading', 'killed']);
    await becomes('restarting');
    expect(seen()).toMatchObject({
      reason: 'exited',
      exit: { code: 137, oom_killed: false },
      message: 'exited with code 137 (SIGKILL); restart 1 in 1 s; last lines: loading\nkilled',
    });
    await clock.advance(999);
    expect(engine.calls).toHaveLength(2);
    await clock.advance(1);
    await eventually(() => engine.calls.length === 3);
    await clock.advance(20);
    await becomes('running');
    expect(seen()).toMatchObject({
      restarts: 1,
      message:
        'running; ready 20 ms after its start; restarted 1 time, last exit code 137 (SIGKILL)',
    });
    expect(engine.calls.at(-1)).toBe(`start ${first}`);
  });

  test('an end that no event told is found by the list', async () => {
    const { clock, engine, want, becomes, ready } = bench();
    want({});
    await ready();
    const container = engine.byName(first);
    if (container) container.status = 'exited';
    await clock.advance(10_000);
    await becomes('restarting');
  });

  test('a container that somebody removed is made again', async () => {
    const { clock, engine, want, seen, becomes, ready } = bench();
    want({});
    await ready();
    engine.removeByHand(first);
    await becomes('restarting');
    expect(seen()?.reason).toBe('removed');
    await clock.advance(1000);
    await eventually(() => engine.byName(first)?.status === 'running');
    await clock.advance(20);
    await becomes('running');
    expect(seen()?.restarts).toBe(1);
  });

  test('a server that stays unhealthy is restarted, and says why', async () => {
    const { clock, engine, state, want, seen, becomes, ready } = bench();
    want({});
    await ready();
    state.health = { ready: false, summary: 'HTTP 503', excerpt: 'stuck' };
    await clock.advance(30_000);
    await becomes('unhealthy');
    expect(seen()?.message).toContain('HTTP 503; stuck');
    await clock.advance(300_000);
    await eventually(() => engine.calls.includes(`stop ${first}`));
    await becomes('restarting');
    expect(seen()?.message).toContain('was unhealthy for 300 s');
    state.health = ok;
    await clock.advance(1100);
    await becomes('running');
  });

  test('a server that stays well is probed on, which tells nobody anything', async () => {
    const counts = { probes: 0, changes: 0 };
    const {
      clock,
      containers,
      want,
      ready,
      stop: end,
    } = reconcilerBench({
      probe: async () => {
        counts.probes++;
        return ok;
      },
      onChange: () => {
        counts.changes++;
      },
    });
    stop = end;
    containers.start();
    const health = { ...testLaunch().spec.health, interval_seconds: 1 };
    want({ health });
    await ready();
    const before = { ...counts };
    await clock.advance(60_000);
    expect(counts.probes - before.probes).toBeGreaterThanOrEqual(59);
    // The engine's list, each 10 s.
    expect(counts.changes - before.changes).toBeLessThanOrEqual(6);
  });

  test('a server that does not start in time is restarted', async () => {
    const { clock, engine, state, want, seen, becomes } = bench();
    state.health = { ready: false, summary: 'connection refused', excerpt: null };
    want({});
    await becomes('starting');
    await clock.advance(3_600_000);
    await eventually(() => engine.calls.includes(`stop ${first}`));
    await becomes('restarting');
    expect(seen()?.reason).toBe('start_timeout');
  });
});

describe('what is not wanted', () => {
  test('is stopped and removed, and told until it is gone', async () => {
    const { engine, want, reconciler, ready } = bench();
    want({});
    await ready();
    want();
    expect(reconciler.report()?.instances).toMatchObject([{ state: 'stopping' }]);
    await eventually(() => reconciler.report()?.instances.length === 0);
    expect(engine.containers.size).toBe(0);
    expect(reconciler.report()?.complete).toBe(true);
  });

  test('stays while the control plane has not spoken', async () => {
    const { engine, reconciler, containers, clock } = bench((before) => before.put(first, own()));
    reconciler.setDesired({ era: 'e', revision: 1, launches: [] }, false);
    await eventually(() => containers.listed);
    await clock.advance(60_000);
    expect(engine.calls).toEqual([]);
    expect(reconciler.report()?.complete).toBe(false);
  });

  test('is left alone when it is not ours', async () => {
    const { engine, want, clock } = bench((before) => {
      before.put('web', {});
      before.put('longshore-ins_9-1', { ...own(), [label.host]: 'host_2' });
    });
    want();
    await clock.advance(60_000);
    expect(engine.calls).toEqual([]);
  });

  test('a removal that fails is told and tried again', async () => {
    const { clock, engine, want, seen, ready } = bench();
    want({});
    await ready();
    engine.faults.push({
      verb: 'remove',
      late: false,
      error: new EngineRefusedError(500, 'device busy'),
    });
    want();
    await eventually(() => seen()?.reason === 'remove_failed');
    expect(seen()?.message).toContain('device busy');
    await clock.advance(1000);
    await eventually(() => engine.containers.size === 0);
  });
});

describe('generations', () => {
  test.each([
    [
      'a GPU that is not here',
      { gpu: { framework: 'rocm', uuids: ['GPU-a'], indexes: [0] } },
      'gpu_missing',
    ],
    ['a secret that did not come', { env: { KEY: secretMark('KEY') } }, 'secret_missing'],
  ])('the older one stays when the newer one cannot be made for %s', async (_, change, reason) => {
    const { engine, want, seen, ready, becomes } = bench();
    want({});
    await ready();
    want({ generation: 2, ...change });
    await becomes('failed', 2);
    expect(seen(2)).toMatchObject({ reason });
    expect(engine.byName(first)?.status).toBe('running');
  });

  test('the newer one comes after the older one has gone', async () => {
    const { engine, want, ready } = bench();
    want({});
    await ready();
    want({ generation: 2 });
    await ready(2);
    expect(engine.calls.slice(2)).toEqual([
      `stop ${first}`,
      `remove ${first}`,
      `create ${second}`,
      `start ${second}`,
    ]);
  });

  test('the older one serves while the image of the newer one is pulled', async () => {
    const { engine, want, becomes, ready } = bench();
    want({});
    await ready();
    let open = () => {};
    engine.pullGate = new Promise((resolve) => {
      open = resolve;
    });
    want({ generation: 2, image: 'other:1' });
    await becomes('pulling', 2);
    expect(engine.byName(first)?.status).toBe('running');
    open();
    await ready(2);
    expect(engine.byName(first)).toBeUndefined();
  });

  test('a pull that nobody waits for any more ends', async () => {
    const { engine, want, becomes, ready } = bench();
    engine.pullGate = new Promise(() => {});
    want({ image: 'other:1' });
    await becomes('pulling');
    want({ generation: 2 });
    await ready(2);
    expect(engine.calls).toEqual(['pull other:1', `create ${second}`, `start ${second}`]);
  });
});

describe('adoption', () => {
  test('a container that runs already is adopted, not restarted', async () => {
    const { engine, want, becomes, clock } = bench((before) => before.put(first, own()));
    want({});
    await clock.advance(0);
    await becomes('running');
    expect(engine.calls).toEqual([]);
  });

  test('its state is not told before it was asked, nor kept back for more than 2 s', async () => {
    const { state, want, reconciler, clock, containers } = bench((before) =>
      before.put(first, own()),
    );
    let answer = (_result: ProbeResult) => {};
    state.health = new Promise<ProbeResult>((resolve) => {
      answer = resolve;
    });
    want({});
    await eventually(() => containers.listed);
    expect(reconciler.report()).toBeNull();
    await clock.advance(2000);
    expect(reconciler.report()?.instances).toMatchObject([{ state: 'starting' }]);
    answer(ok);
    await eventually(() => reconciler.report()?.instances[0]?.state === 'running');
  });
});

describe('adoption after the set came late', () => {
  test('is not told before it was asked either', async () => {
    const { state, want, reconciler, clock, containers } = bench((before) =>
      before.put(first, own()),
    );
    await eventually(() => containers.listed);
    await clock.advance(10_000);
    expect(reconciler.report()).not.toBeNull();
    let answer = (_result: ProbeResult) => {};
    state.health = new Promise<ProbeResult>((resolve) => {
      answer = resolve;
    });
    want({});
    await clock.advance(0);
    expect(reconciler.report()).toBeNull();
    answer(ok);
    await eventually(() => reconciler.report()?.instances[0]?.state === 'running');
  });
});

describe('engine faults', () => {
  test('an engine that is away changes no state, and nothing is done', async () => {
    const { clock, engine, want, seen, reconciler, ready } = bench();
    want({});
    await ready();
    engine.away = true;
    engine.breakEvents();
    await eventually(() => reconciler.report()?.complete === false);
    want();
    await clock.advance(60_000);
    expect(engine.calls).toEqual([`create ${first}`, `start ${first}`]);
    engine.away = false;
    want({});
    await clock.advance(10_000);
    await eventually(() => reconciler.report()?.complete === true);
    expect(seen()).toMatchObject({ state: 'running', restarts: 0 });
    expect(engine.calls).toEqual([`create ${first}`, `start ${first}`]);
  });

  test('a step that the engine does not answer is not repeated in a hot loop', async () => {
    const { clock, engine, want } = bench();
    for (let fault = 0; fault < 100; fault++) {
      engine.faults.push({ verb: 'create', late: false, error: new EngineAwayError('cut') });
    }
    want({});
    await eventually(() => engine.calls.length === 1);
    for (let second = 1; second <= 5; second++) {
      await clock.advance(1000);
      await eventually(() => engine.calls.length === second + 1);
    }
  });

  test('one container that the engine is stuck with does not hold up the others', async () => {
    const { engine, containers, want, seen, ready, clock, reconciler } = bench();
    const other = { instance_id: 'ins_2', port: 17_001 };
    want({}, other);
    await eventually(() => engine.byName('longshore-ins_2-1')?.status === 'running');
    await ready();
    engine.stuck.add(first);
    engine.breakEvents();
    await eventually(() => containers.silent.has(first));
    const calls = engine.calls.length;
    engine.exit('longshore-ins_2-1', 1);
    await clock.advance(3000);
    await eventually(() => engine.byName('longshore-ins_2-1')?.status === 'running');
    expect(engine.calls.slice(calls)).toEqual(['start longshore-ins_2-1']);
    expect(seen()).toMatchObject({ state: 'running' });
    expect(seen()?.message).toContain(`Docker does not answer for the container ${first}`);
    // Not even what would replace it is begun beside it.
    want({ generation: 2 }, other);
    await clock.advance(60_000);
    expect(engine.calls.slice(calls)).toEqual(['start longshore-ins_2-1']);
    expect(reconciler.report()).toMatchObject({ complete: true });
    expect(seen()?.message).toContain('Docker does not answer for the container');
    engine.stuck.delete(first);
    await clock.advance(10_000);
    await eventually(() => engine.byName(second)?.status === 'running');
    expect(engine.byName(first)).toBeUndefined();
    expect(containers.silent.size).toBe(0);
  });

  test('a container that the engine is stuck with from the first look on is known to be there', async () => {
    const { engine, containers, want, clock, reconciler } = bench((before) => {
      before.put(first, own());
      before.stuck.add(first);
    });
    await eventually(() => containers.listed);
    want({});
    await clock.advance(60_000);
    expect(engine.calls).toEqual([]);
    expect(reconciler.report()?.instances).toMatchObject([{ instance_id: 'ins_1' }]);
  });

  test('what ended while events were cut is found after the gap', async () => {
    const { engine, want, becomes, ready } = bench();
    want({});
    await ready();
    const container = engine.byName(first);
    if (container) container.status = 'exited';
    engine.breakEvents();
    await becomes('restarting');
  });
});
