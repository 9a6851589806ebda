import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { systemClock } from './clock.ts';
import { callEngine, readBody } from './docker/transport.ts';
import { ask, type DockerHost, dockerHost } from './testing/docker-host.ts';
import { type Foreigners, twentyForeigners } from './testing/foreign.ts';
import { type OwnDockerd, ownDockerd } from './testing/own-dockerd.ts';

const found = await ownDockerd();

/** What stays the same while nobody touches a container. */
interface Run {
  container_id: string | null;
  started: string | undefined;
}

describe.skipIf(!found)('a Docker engine that fails', { timeout: 60_000 }, () => {
  const dockerd = found as OwnDockerd; // without one the suite is skipped, and only its names are read
  let box: DockerHost;
  let foreigners: Foreigners;
  let foreignBefore: unknown[];
  let first: LaunchSpec;

  beforeAll(async () => {
    box = await dockerHost(dockerd.socket);
    foreigners = await twentyForeigners(dockerd.engine, box.host_id);
    foreignBefore = await foreigners.look();
    first = await box.served('first');
    await box.boot();
    box.control.desire(box.host_id, [first]);
    await box.becomes('first', 'running');
  }, 60_000);
  afterAll(async () => {
    await box?.close();
    await dockerd?.dispose();
  }, 60_000);

  async function runOf(name: string): Promise<Run> {
    const container_id = box.instance(name)?.container_id ?? null;
    const detail = await dockerd.engine.inspect(container_id ?? '');
    return { container_id, started: detail?.State.StartedAt };
  }

  async function processOf(container: string): Promise<number> {
    const path = `/containers/${container}/json`;
    const call = { method: 'GET', path, limits: { total_ms: 10_000 } } as const;
    const text = await callEngine(dockerd.socket, call, (reply) => readBody(reply, 1e6));
    return JSON.parse(text.toString()).State.Pid;
  }

  const inSight = () => box.control.host(box.host_id).complete;
  const away = () =>
    box.control.waitFor(() => !inSight() && box.conditions().includes('docker_unavailable'));
  const back = () =>
    box.control.waitFor(() => inSight() && !box.conditions().includes('docker_unavailable'));

  test('killed, with live-restore: its containers serve on, the host says so, and they are the same afterwards', async () => {
    const before = await runOf('first');
    await dockerd.end('SIGKILL');
    await away();
    expect(box.instance('first')?.state).toBe('running');
    expect(await ask(first.port, 'GET', '/health')).toBe(200);
    await dockerd.start({ live_restore: true });
    await back();
    expect(await runOf('first')).toEqual(before);
    expect(box.instance('first')).toMatchObject({ state: 'running', restarts: 0 });
    expect(await foreigners.look()).toEqual(foreignBefore);
  });

  test('stopped and resumed: nothing is harmed, and what was asked for meanwhile runs once', async () => {
    const before = await runOf('first');
    dockerd.freeze();
    try {
      box.control.desire(box.host_id, [first, await box.served('second')]);
      await away();
      expect(box.instance('first')?.state).toBe('running');
      expect(await ask(first.port, 'GET', '/health')).toBe(200);
    } finally {
      dockerd.thaw();
    }
    await back();
    await box.becomes('second', 'running');
    expect(await runOf('first')).toEqual(before);
    expect(box.instance('first')).toMatchObject({ state: 'running', restarts: 0 });
    const own = await dockerd.engine.list(`dev.longshore.host=${box.host_id}`);
    expect(own).toHaveLength(2);
    expect(await foreigners.look()).toEqual(foreignBefore);
    box.control.desire(box.host_id, [first]);
    await box.control.waitFor(() => !box.instance('second'));
  });

  test('a clock that is set an hour off, to either side, harms no container', async () => {
    const before = await runOf('first');
    const strict = await box.served('strict', {
      health: { ...first.health, start_timeout_seconds: 5 },
    });
    for (const [turn, offset] of [3_600_000, -3_600_000].entries()) {
      const epoch = box.control.host(box.host_id).epoch;
      await box.boot({ clock: { ...systemClock, wall: () => Date.now() + offset } });
      await box.control.waitFor(() => box.control.host(box.host_id).epoch > epoch);
      await back();
      // One that starts under it is not taken for an hour late.
      box.control.desire(box.host_id, [first, { ...strict, generation: turn + 1 }]);
      const started = await box.control.waitFor(() =>
        box.control.host(box.host_id).instances.find(({ generation, instance_id, state }) => {
          const isIt = instance_id === strict.instance_id && generation === turn + 1;
          return isIt && state === 'running';
        }),
      );
      expect(started.restarts).toBe(0);
      expect(await runOf('first')).toEqual(before);
    }
    await box.boot();
    box.control.desire(box.host_id, [first]);
    await box.control.waitFor(() => !box.instance('strict'));
  });

  test('a container that runs out of memory is told as that, and runs again', async () => {
    const small = await box.served('small', { memory_bytes: 96 * 1024 * 1024 });
    box.control.desire(box.host_id, [first, small]);
    await box.becomes('small', 'running');
    await ask(small.port, 'POST', '/stand-in/fail', { mode: 'oom' });
    const ended = await box.becomes('small', 'restarting');
    expect(ended.exit).toEqual({ code: 137, oom_killed: true });
    expect(ended.message).toMatch(
      /^ran out of memory and exited with code 137 \(SIGKILL\); restart 1 in 1 s; last lines: [\s\S]*running out of memory on request/,
    );
    expect((await box.becomes('small', 'running')).restarts).toBe(1);
  });

  test('a server that takes connections and never answers is unhealthy, and restarted when it stays so', async () => {
    const deaf = await box.served('deaf', {
      health: {
        ...first.health,
        interval_seconds: 0.3,
        timeout_seconds: 0.3,
        failure_threshold: 2,
        restart_after_seconds: 1,
      },
    });
    box.control.desire(box.host_id, [first, deaf]);
    await box.becomes('deaf', 'running');
    await ask(deaf.port, 'POST', '/stand-in/fail', { mode: 'deaf' });
    const unhealthy = await box.becomes('deaf', 'unhealthy');
    expect(unhealthy.message).toContain('GET /health: no answer within 0.3 s');
    const stopped = await box.becomes('deaf', 'restarting');
    expect(stopped).toMatchObject({ reason: 'unhealthy' });
    expect((await box.becomes('deaf', 'running')).restarts).toBe(1);
    box.control.desire(box.host_id, [first]);
    await box.control.waitFor(() => !box.instance('deaf'));
  });

  test('killed, and then restarted in order, without live-restore: it ends its containers, and they start again, the same ones', async () => {
    const { container_id } = await runOf('first');
    await dockerd.end('SIGKILL');
    await away();
    await dockerd.start({ live_restore: false });
    await box.control.waitFor(() => {
      const seen = box.instance('first');
      return seen?.state === 'running' && seen.restarts === 1;
    });
    await dockerd.end('SIGTERM'); // its socket goes with it
    await expect(stat(dockerd.socket)).rejects.toThrow(/ENOENT/);
    await dockerd.start({ live_restore: false });
    await box.control.waitFor(() => {
      const seen = box.instance('first');
      return seen?.state === 'running' && seen.restarts === 2;
    });
    expect((await runOf('first')).container_id).toBe(container_id);
    await back();
  });

  test('after a reboot of the host what it shall run starts again without a control plane, and nothing else does', async () => {
    const { container_id, started } = await runOf('first');
    const nowhere = await box.boot({ url: 'http://127.0.0.1:9' });
    await nowhere.stop();
    // As a loss of power: everything at once, and nothing is written.
    const pid = await processOf(container_id ?? '');
    await dockerd.end('SIGKILL');
    process.kill(pid, 'SIGKILL');
    const rebooted = await box.boot({ url: 'http://127.0.0.1:9' });
    await dockerd.start({ live_restore: false });
    for (let runs = false; !runs; ) {
      const detail = await dockerd.engine.inspect(container_id ?? '');
      runs = detail?.State.Status === 'running' && detail.State.StartedAt !== started;
    }
    await rebooted.stop();
    // Then the control plane finds them as they are.
    const again = await dockerd.engine.inspect(container_id ?? '');
    await box.boot();
    await back();
    expect(await runOf('first')).toEqual({ container_id, started: again?.State.StartedAt });
  });

  test('throughout, twenty containers that are not ours are never started, stopped or removed by us', async () => {
    const after = await foreigners.look();
    // The engine itself has ended those that ran.
    expect(after.map(withoutState)).toEqual(foreignBefore.map(withoutState));
  });
});

function withoutState(foreigner: unknown) {
  return { ...(foreigner as object), state: null }; // of `look`
}
