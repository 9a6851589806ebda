import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Engine } from '../agent/docker/engine.ts';
import { createEngine } from '../agent/docker/engine-client.ts';
import { callEngine, readBody } from '../agent/docker/transport.ts';
import { buildDemoImage, DEMO_IMAGE, demoBackendYaml } from '../demo/image.ts';
import { ensureDockerEngine } from '../local/docker/ensure-engine.ts';
import type { Interrupts } from '../local/interrupts.ts';
import { noRateLimits } from '../local/no-rate-limits.ts';
import { startStack } from '../local/start-stack.ts';
import type { UndoList } from '../local/undo.ts';
import { type Api, apiOf } from './agent/api.ts';
import { type Front, openFront } from './agent/front.ts';
import { type MeasuredAgent, measuredAgent } from './agent/process.ts';
import { type IdleMinute, report } from './agent/report.ts';
import { readArguments, runBench } from './main.ts';
import { useOf } from './proc.ts';

/** What the agent takes of a host, and how fast it tells what happens there. See README.md. */

const usage = 'npx tsx bench/agent.ts [--containers N] [--rounds N] [--idle SECONDS]';
/** Nobody else's: `npm start`, the tests and the other benches have others. */
const ports = '18800-18899';
const deployment = 'bench';
/** Until what follows a change is over. */
const settleMs = 5000;
const pollMs = 3;
const limits = { total_ms: 10_000 };

const Detail = z.object({ State: z.object({ FinishedAt: z.string() }) });

interface Options {
  containers: number;
  /** How often each container is killed, and the agent twice as often. */
  rounds: number;
  idleSeconds: number;
}

interface Bench {
  api: Api;
  engine: Engine;
  socketPath: string;
  agent: MeasuredAgent;
  front: Front;
  signal: AbortSignal;
}

async function bench(
  { containers, rounds, idleSeconds }: Options,
  { signal, onForce }: Interrupts,
  undo: UndoList,
): Promise<string> {
  const { socketPath, version } = await ensureDockerEngine({ allowInstall: false });
  await buildDemoImage({ engine: { socketPath } });
  const home = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  undo.add(() => rmSync(home, { recursive: true, force: true }));
  const stack = await startStack({ home, port: 0, agent: false, settings: noRateLimits, signal });
  undo.add(() => stack.stop());
  onForce(() => stack.kill());
  const front = await openFront(stack.url, undo);
  const api = apiOf(stack, signal);
  const { token } = z
    .object({ token: z.string() })
    .parse(await api.call('POST', '/api/v1/enrollment-tokens', '{}'));
  const options = { url: front.url, token, dockerSocket: socketPath, ports };
  const agent = measuredAgent(options, undo);
  const run: Bench = { api, engine: createEngine(socketPath), socketPath, agent, front, signal };

  agent.start();
  const hosts = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) });
  await api.until('the host is online', 50, async () => {
    const { items } = hosts.parse(await api.call('GET', '/api/v1/hosts'));
    return items[0]?.status === 'online' ? true : null;
  });
  const idle = [await idleMinute(run, 0, idleSeconds)];
  await api.call('POST', '/api/v1/backends', demoBackendYaml(), 'application/yaml');
  const wanted = { name: deployment, backend_name: 'stand-in', replicas: containers };
  await api.call('POST', '/api/v1/deployments', JSON.stringify(wanted));
  undo.add(() => removeAll(run));
  await allRun(run, containers);
  idle.push(await idleMinute(run, containers, idleSeconds));
  const deaths: number[] = [];
  for (let round = 0; round < rounds; round++) deaths.push(...(await killEach(run, containers)));
  const starts: number[] = [];
  for (let round = 0; round < 2 * rounds; round++) starts.push(await startAnew(run, containers));
  return report(
    { idle, deaths, starts, containers },
    `The agent with ${DEMO_IMAGE} on Docker ${version}, Node ${process.versions.node}, ${cpus().length} cores.`,
  );
}

async function allRun({ api }: Bench, containers: number): Promise<void> {
  await api.until(`${containers} instances run`, 100, async () => {
    const instances = await api.instances(deployment);
    const ready = instances.filter(({ state }) => state === 'running');
    return ready.length === containers ? true : null;
  });
}

async function idleMinute(
  { agent, front, signal }: Bench,
  containers: number,
  seconds: number,
): Promise<IdleMinute> {
  await delay(settleMs, undefined, { signal });
  const use = useOf(agent.pid());
  const [requests, cpu, began] = [front.passed.length, use.cpuSeconds(), performance.now()];
  await delay(seconds * 1000, undefined, { signal });
  return {
    containers,
    residentBytes: use.residentBytes(),
    cpuSeconds: use.cpuSeconds() - cpu,
    seconds: (performance.now() - began) / 1000,
    requests: front.passed.length - requests,
  };
}

/** Kills each container, one after another. @returns for each, the milliseconds until the API told it */
async function killEach(run: Bench, containers: number): Promise<number[]> {
  const { api, engine, socketPath } = run;
  const told: number[] = [];
  for (const { id, container_id } of await api.instances(deployment)) {
    if (container_id === null) throw new Error(`${id} has no container`);
    await engine.stop(container_id, 0);
    const at = await api.until(`the API tells the end of ${id}`, pollMs, async () => {
      const seen = (await api.instances(deployment)).find((one) => one.id === id);
      return seen?.state === 'running' ? null : Date.now();
    });
    told.push(at - (await endedAt(socketPath, container_id)));
  }
  await allRun(run, containers);
  return told;
}

/** Unix milliseconds when the engine saw the container end. */
async function endedAt(socketPath: string, container: string): Promise<number> {
  const call = { method: 'GET' as const, path: `/containers/${container}/json`, limits };
  const text = await callEngine(socketPath, call, (reply) => readBody(reply, 1e6));
  return Date.parse(Detail.parse(JSON.parse(text.toString())).State.FinishedAt);
}

/** Kills the agent and starts it. @returns the milliseconds until the control plane has heard of all its containers */
async function startAnew({ agent, api, front }: Bench, containers: number): Promise<number> {
  await agent.kill();
  const before = front.passed.length;
  const began = agent.start();
  const told = await api.until('the agent tells its containers', 20, async () => {
    const heard = front.passed.slice(before).find(({ sync, status }) => {
      const running = sync?.observed?.instances.filter(({ state }) => state === 'running');
      return status === 200 && sync?.observed?.complete && running?.length === containers;
    });
    return heard ?? null;
  });
  return told.at - began;
}

async function removeAll({ api }: Bench): Promise<void> {
  await api.call('DELETE', `/api/v1/deployments/${deployment}`);
  await api.until('nothing of it is left', 50, async () => {
    const { items } = z
      .object({ items: z.array(z.unknown()) })
      .parse(await api.call('GET', '/api/v1/deployments'));
    return items.length === 0 ? true : null;
  });
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      containers: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '4' },
      idle: { type: 'string', default: '60' },
    },
  });
  const number = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number from 1, not "${values[name]}".`);
  };
  return {
    containers: number('containers'),
    rounds: number('rounds'),
    idleSeconds: number('idle'),
  };
}

const options = readArguments(usage, readOptions);
await runBench((interrupts, undo) => bench(options, interrupts, undo));
