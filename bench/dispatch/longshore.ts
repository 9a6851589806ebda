import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type Launch, readLaunch } from '../../agent/desired.ts';
import { label } from '../../agent/docker/labels.ts';
import { InstanceState } from '../../contract/instance.ts';
import { demoBackendYaml } from '../../demo/image.ts';
import { logFileOf } from '../../local/home/logs.ts';
import type { Stack } from '../../local/stack.ts';
import { callerOf } from '../api.ts';
import { whenItAnswers } from './docker.ts';
import type { ContainerEvents } from './events.ts';
import { type Timeline, timelineOf, type Variant } from './timeline.ts';

/** What only Longshore has, in milliseconds since the POST was sent. */
export interface LongshoreTimeline extends Timeline {
  /** `running` in the API. */
  running: number;
  /** The reply to the POST was here. */
  replied: number;
  /** What the POST spent waiting for the database, by its `Server-Timing`. */
  database: number;
  /** Unix milliseconds when the POST was sent: to find the agent's own words of this run. */
  sent_at: number;
  instance_id: string;
}

export interface Longshore extends Variant {
  run(): Promise<LongshoreTimeline>;
  /** The launch that the last run's container was made from. */
  launch(): Launch;
}

const pollMs = 5;
const gonePollMs = 25;
const deadlineMs = 30_000;
const path = '/api/v1/deployments';
const backend_name = 'stand-in';

const Instances = z.object({
  items: z.array(z.object({ id: z.string(), state: InstanceState, message: z.string() })),
});
const Detail = z.object({ launch_spec: z.unknown() });

/** A deployment on a running stack whose only host is its own agent. */
export async function longshore(options: {
  stack: Stack;
  socketPath: string;
  events: ContainerEvents;
  signal: AbortSignal;
}): Promise<Longshore> {
  const { stack, socketPath, events, signal } = options;
  let runs = 0;
  let launched: Launch | null = null;

  const { send, call } = callerOf(stack, signal);

  async function instanceOf(name: string) {
    const { text, read_ms } = await call('GET', `${path}/${name}/instances`);
    const [instance] = Instances.parse(JSON.parse(text)).items;
    if (!instance) throw new Error(`${name} has no instance`);
    if (instance.state === 'failed' || instance.state === 'pending') {
      throw new Error(`the instance is ${instance.state}: ${instance.message}`);
    }
    return { ...instance, read_ms };
  }

  async function launchOf(instance_id: string): Promise<Launch> {
    const { text } = await call('GET', `/api/v1/instances/${instance_id}`);
    return readLaunch(Detail.parse(JSON.parse(text)).launch_spec);
  }

  /** On `performance.now()`. What it takes is how finely it sees: one call and 5 ms. */
  async function whenRunning(name: string): Promise<number> {
    const deadline = performance.now() + deadlineMs;
    for (;;) {
      const instance = await instanceOf(name);
      if (instance.state === 'running') return instance.read_ms;
      if (performance.now() > deadline) throw new Error(`the instance is ${instance.state}`);
      await delay(pollMs);
    }
  }

  async function remove(name: string) {
    const deadline = performance.now() + deadlineMs;
    await call('DELETE', `${path}/${name}`);
    while ((await send('GET', `${path}/${name}`)).reply.status !== 404) {
      if (performance.now() > deadline) throw new Error(`${name} is not deleted`);
      await delay(gonePollMs);
    }
  }

  await call('POST', '/api/v1/backends', demoBackendYaml(), 'application/yaml');
  return {
    name: 'Longshore, from POST',
    async run() {
      runs++;
      const name = `bench-${runs}`;
      const watch = events.watch(
        (attributes) =>
          attributes[label.host] === stack.hostId && attributes[label.deployment] === name,
      );
      const body = JSON.stringify({ name, backend_name, model_name: 'bench' });
      try {
        const sent_at = Date.now();
        const begun_ms = performance.now();
        const { reply, read_ms } = await call('POST', path, body);
        await watch.seen('start');
        const { id } = await instanceOf(name);
        launched = await launchOf(id);
        const ready_ms = await whenItAnswers(launched, signal);
        // Not before: asking the API takes time from what is measured, on a machine with few cores.
        const running_ms = await whenRunning(name);
        return {
          ...(await timelineOf(socketPath, watch, { begun_ms, ready_ms })),
          running: running_ms - begun_ms,
          replied: read_ms - begun_ms,
          database: databaseTime(reply.headers.get('server-timing')),
          sent_at,
          instance_id: id,
        };
      } finally {
        if (!signal.aborted) await remove(name);
        watch.end();
      }
    },
    launch() {
      if (!launched) throw new Error('nothing was launched yet');
      return launched;
    },
  };
}

function databaseTime(serverTiming: string | null): number {
  return Number(/\bdb;dur=([\d.]+)/.exec(serverTiming ?? '')?.[1] ?? Number.NaN);
}

const LogLine = z.object({ time: z.string(), event: z.string(), instance: z.string().optional() });

/** What the agent's log says of one run, in milliseconds since the POST was sent; NaN for what it does not say. */
export interface AgentTimes {
  /** It has the launch spec. */
  informed: number;
  /** It saw the container answer. */
  noticed: number;
}

/** Reads the agent's log. Its times are whole milliseconds of the same machine's clock. */
export function agentTimes(stack: Stack, runs: readonly LongshoreTimeline[]): AgentTimes[] {
  const lines = readFileSync(logFileOf(stack.home.logs, 'agent'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => LogLine.parse(JSON.parse(line)))
    .map(({ time, ...line }) => ({ ...line, at: Date.parse(time) }));
  return runs.map(({ sent_at, instance_id }) => {
    const informed = lines.find(({ event, at }) => event === 'desired set' && at >= sent_at);
    const noticed = lines.find((line) => line.event === 'running' && line.instance === instance_id);
    return {
      informed: (informed?.at ?? Number.NaN) - sent_at,
      noticed: (noticed?.at ?? Number.NaN) - sent_at,
    };
  });
}
