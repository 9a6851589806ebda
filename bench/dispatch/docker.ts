import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Launch } from '../../agent/desired.ts';
import { createBody } from '../../agent/docker/create-body.ts';
import type { Engine } from '../../agent/docker/engine.ts';
import { nothingGranted } from '../../agent/docker/grant.ts';
import { probe } from '../../agent/probe.ts';
import type { ContainerEvents } from './events.ts';
import { timelineOf, type Variant } from './timeline.ts';

const pollMs = 5;
const readyDeadlineMs = 30_000;

/** `docker create` and `docker start`, by the agent's own client and with the body that the agent sends for `launch`. */
export function plainDocker(options: {
  engine: Engine;
  socketPath: string;
  events: ContainerEvents;
  launch: Launch;
  signal: AbortSignal;
}): Variant {
  const { engine, socketPath, events, launch, signal } = options;
  // The label of a host that is nobody's: no agent touches it.
  const made = createBody({
    launch,
    host_id: 'bench',
    desired: { era: 'era', revision: 1 },
    secrets: new Map(),
    grant: nothingGranted,
    model_folder: null,
  });
  if (!made.ok) throw new Error(made.message);
  return {
    name: 'docker create + start',
    async run() {
      const name = `longshore-bench-${randomBytes(4).toString('hex')}`;
      const watch = events.watch((attributes) => attributes.name === name);
      try {
        const begun_ms = performance.now();
        await engine.start(await engine.create(name, made.body));
        await watch.seen('start');
        const ready_ms = await whenItAnswers(launch, signal);
        return await timelineOf(socketPath, watch, { begun_ms, ready_ms });
      } finally {
        await engine.remove(name);
        watch.end();
      }
    },
  };
}

/** Probes the launch's endpoint as the agent does, each 5 ms. On `performance.now()`. */
export async function whenItAnswers({ spec }: Launch, signal: AbortSignal): Promise<number> {
  const deadline = performance.now() + readyDeadlineMs;
  while (!(await probe(spec, signal)).ready) {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error('the container does not answer');
    await delay(pollMs);
  }
  return performance.now();
}
