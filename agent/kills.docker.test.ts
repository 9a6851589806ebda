import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { buildAgent } from './build.ts';
import type { Engine } from './docker/engine.ts';
import { containerName, label } from './docker/labels.ts';
import { callEngine, readBody } from './docker/transport.ts';
import { stopOwnContainers } from './stop-containers.ts';
import { type AgentProcess, agentProcess } from './testing/agent-process.ts';
import { engineSocket, realEngine, standInImage } from './testing/docker.ts';
import { type DockerHost, dockerHost } from './testing/docker-host.ts';
import { type EngineDoor, engineVerbs, openDoor, type Passage } from './testing/engine-door.ts';
import { twentyForeigners } from './testing/foreign.ts';
import { recordedLog } from './testing/recorded-log.ts';
import { seeded } from './testing/seeded.ts';

const found = await realEngine();

describe.skipIf(!found)('whatever is cut off', { timeout: 240_000 }, () => {
  const engine = found as Engine; // without one the suite is skipped, and only its names are read
  let home: string;
  let program: string;
  let hosts: DockerHost[];
  let ends: (() => Promise<unknown>)[];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'longshore-kills-'));
    program = join(home, 'longshore-agent.mjs');
    await buildAgent(program);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  beforeEach(() => {
    hosts = [];
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends) await end();
    for (const box of hosts) {
      await box.close();
      const { host_id } = box;
      await stopOwnContainers({ engine, host_id, longestGraceSeconds: 1, log: recordedLog() });
    }
  });

  async function host(): Promise<DockerHost> {
    const box = await dockerHost(engineSocket);
    hosts.push(box);
    return box;
  }

  async function doorFor(box: DockerHost): Promise<EngineDoor & { socket: string }> {
    const socket = join(box.folder, 'door.sock');
    const door = await openDoor(socket, engineSocket);
    ends.unshift(() => door.close());
    return Object.assign(door, { socket });
  }

  function processOf(box: DockerHost, docker_socket = engineSocket): AgentProcess {
    const { folder, control } = box;
    const agent = agentProcess({ program, state: folder, url: control.url, docker_socket });
    ends.unshift(() => agent.kill());
    return agent;
  }

  const ownOf = (box: DockerHost) => engine.list(`${label.host}=${box.host_id}`);
  const startedAt = async (name: string) => (await engine.inspect(name))?.State.StartedAt;

  test('the first reply of every call to the engine is lost: what is wanted runs, once, and goes', async () => {
    const box = await host();
    const door = await doorFor(box);
    const lost = new Set<string>();
    door.rule = ({ verb }) => {
      if (lost.has(verb)) return null;
      lost.add(verb);
      return { after: () => {} };
    };
    await box.boot({ socket: door.socket });
    const spec = await box.served('a', { image_pull_policy: 'if_not_present' });
    box.control.desire(box.host_id, [spec]);
    const { container_id } = await box.becomes('a', 'running');
    expect(await ownOf(box)).toHaveLength(1);
    await engine.stop(container_id ?? '', 0);
    await box.control.waitFor(() => {
      const seen = box.instance('a');
      return seen?.state === 'running' && seen.restarts === 1 && seen.container_id === container_id;
    });
    box.control.desire(box.host_id, []);
    await box.control.waitFor(() => !box.instance('a') && box.control.host(box.host_id).complete);
    expect(await ownOf(box)).toEqual([]);
    expect(engineVerbs.filter((verb) => !lost.has(verb))).toEqual(['pull']);
    expect(
      door.calls.filter(({ verb, status }) => verb === 'create' && status === 201),
    ).toHaveLength(1);
  });

  test('the agent is killed before and after each step of a launch: the next one finishes it, with one container', async () => {
    const box = await host();
    const door = await doorFor(box);
    const agent = processOf(box, door.socket);
    const launches: LaunchSpec[] = [];
    agent.start();
    await box.control.waitFor(() => box.control.host(box.host_id).complete);
    for (const step of ['pull', 'create', 'start', 'report'] as const) {
      for (const when of ['before', 'after'] as const) {
        const name = `${step}-${when}`;
        const image = `longshore/pulled:${name}-${box.host_id}`.toLowerCase();
        ends.push(() => ask('DELETE', `/images/${image}`));
        const spec = await box.served(name, { image });
        launches.push(spec);
        const killed = new Promise<void>((resolve) => {
          let armed = true;
          const kill = async () => {
            armed = false;
            await agent.kill();
            resolve();
          };
          const passage: Passage = when === 'before' ? { before: kill } : { after: kill };
          door.rule = ({ verb }) => ({
            ...(armed && verb === step ? passage : {}),
            // A registry's part in it is another suite's.
            ...(verb === 'pull' ? { instead: () => pulled(image) } : {}),
          });
          box.control.onSync = async ({ observed }) => {
            const isIt = observed?.instances.some(
              ({ instance_id, state }) => instance_id === spec.instance_id && state === 'running',
            );
            if (step !== 'report' || !armed || !isIt) return null;
            await kill();
            return when === 'before' ? 'cut' : 'lose_reply';
          };
        });
        const calls = door.calls.length;
        box.control.desire(box.host_id, launches);
        await killed;
        const container = containerName(spec.instance_id, 1);
        const before = await startedAt(container);
        const hadStarted = (step === 'start' && when === 'after') || step === 'report';
        agent.start();
        await box.becomes(name, 'running');
        const made = door.calls.slice(calls).filter(({ verb, status }) => {
          return verb === 'create' && status === 201;
        });
        expect(made, name).toHaveLength(1);
        if (hadStarted) expect(await startedAt(container), name).toBe(before);
      }
    }
    expect(await ownOf(box)).toHaveLength(launches.length);
    box.control.desire(box.host_id, []);
    await box.control.waitFor(() => box.control.host(box.host_id).instances.length === 0);
    expect(await ownOf(box)).toEqual([]);
  });

  test('200 kills at random moments of four hosts: never two running containers of one instance, and in the end what is wanted', async () => {
    const foreigners = await twentyForeigners(engine, `kills-${process.pid}-${Date.now()}`);
    ends.push(() => foreigners.remove());
    const before = await foreigners.look();
    const kills = await Promise.all([1, 2, 3, 4].map((seed) => killOften(seed, 50)));
    expect(kills.reduce((sum, { times }) => sum + times, 0)).toBe(200);
    // Containers were made meanwhile: else nothing was tried. How many is a matter of the machine's speed.
    expect(kills.reduce((sum, { created }) => sum + created, 0)).toBeGreaterThan(10);
    expect(await foreigners.look()).toEqual(before);
  });

  /** A host whose desired set changes and whose agent is killed, again and again. */
  async function killOften(seed: number, times: number) {
    const random = seeded(seed);
    const box = await host();
    const door = await doorFor(box);
    const agent = processOf(box, door.socket);
    const specs = await Promise.all(['a', 'b'].map((name) => box.served(name)));
    let wanted: LaunchSpec[] = [];
    const { control, host_id } = box;
    for (let kill = 0; kill < times; kill++) {
      if (random() < 0.6) {
        for (const spec of specs) if (random() < 0.3) spec.generation++;
        wanted = specs.filter(() => random() < 0.75).map((spec) => ({ ...spec }));
        control.desire(host_id, wanted);
      }
      await killSoon(agent, door, random);
      // A create that was cut off may come to an end later, beside the next; it is never started.
      const own = (await ownOf(box)).filter(({ State }) => State === 'running');
      const instances = own.map(({ Labels }) => Labels[label.instance]);
      expect(new Set(instances).size, `after kill ${kill} of seed ${seed}`).toBe(instances.length);
    }
    agent.start();
    const inWords = (launches: { instance_id: string; generation: number }[]) =>
      launches.map(({ instance_id, generation }) => `${instance_id} ${generation}`).sort();
    await control.waitFor(() => {
      const { instances, complete } = control.host(host_id);
      const runs = instances.every(({ state }) => state === 'running');
      return complete && runs && `${inWords(instances)}` === `${inWords(wanted)}`;
    });
    const names = (await ownOf(box)).map(({ Names }) => Names[0]?.slice(1)).sort();
    expect(names).toEqual(
      wanted.map((spec) => containerName(spec.instance_id, spec.generation)).sort(),
    );
    const created = door.calls.filter(({ verb, status }) => verb === 'create' && status === 201);
    return { times, created: created.length };
  }

  /** Starts the agent and kills it: on its way up, before or after some call to the engine, or when it rests. */
  async function killSoon(agent: AgentProcess, door: EngineDoor, random: () => number) {
    if (random() < 0.15) {
      agent.start();
      await delay(random() * 300);
      return agent.kill();
    }
    let left = 1 + Math.floor(random() * 28);
    const at = random() < 0.5 ? 'before' : 'after';
    let isOver = false;
    let isThere = () => {};
    const there = new Promise<void>((resolve) => {
      isThere = resolve;
    });
    const called = new Promise<void>((resolve) => {
      door.rule = () => {
        isThere();
        left--;
        if (left !== 0) return null;
        // The call may take so long that the next process is there by its end.
        return { [at]: () => (isOver ? undefined : agent.kill().then(resolve)) };
      };
    });
    agent.start();
    await there;
    // When it comes is as good as any other moment: what holds must hold at each.
    await Promise.race([called, delay(1000)]);
    isOver = true;
    door.rule = () => null;
    await agent.kill();
  }

  async function pulled(image: string): Promise<string> {
    const [repo = '', tag = ''] = image.split(':');
    const query = new URLSearchParams({ repo, tag });
    await ask('POST', `/images/${standInImage}/tag?${query}`);
    return '{"status":"Downloading","progressDetail":{"current":1,"total":2}}\n{"status":"Status: Downloaded"}\n';
  }

  function ask(method: 'POST' | 'DELETE', path: string) {
    const call = { method, path, limits: { total_ms: 10_000 } };
    return callEngine(engineSocket, call, (reply) => readBody(reply, 1e6));
  }
});
