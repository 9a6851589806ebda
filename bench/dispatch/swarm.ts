import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Launch } from '../../agent/desired.ts';
import { callEngine, readBody } from '../../agent/docker/transport.ts';
import { freePort } from '../../local/free-port.ts';
import type { UndoList } from '../../local/undo.ts';
import { whenItAnswers } from './docker.ts';
import type { ContainerEvents } from './events.ts';
import { timelineOf, type Variant } from './timeline.ts';

/** Swarm makes it, and leaves it behind when it goes. */
const gatewayNetwork = 'docker_gwbridge';
const networkTries = 20;
const networkPauseMs = 250;

const Info = z.object({
  Swarm: z.object({
    LocalNodeState: z.string(),
    ControlAvailable: z.boolean().optional(),
    Nodes: z.int().nullish(),
  }),
});
const Image = z.object({ Id: z.string() });
const Service = z.object({ ID: z.string() });

/**
 * `docker service create` on a Swarm of one node. An engine that is in none becomes one; `undo` makes it leave again.
 * Throws when the engine is a part of a larger Swarm.
 */
export async function swarm(options: {
  socketPath: string;
  events: ContainerEvents;
  launch: Launch;
  signal: AbortSignal;
  undo: UndoList;
}): Promise<Variant> {
  const { socketPath, events, launch, signal, undo } = options;
  const call = engineCaller(socketPath);
  await joinOwnSwarm(call, undo);
  const { spec } = launch;
  // By its id: for a name Swarm asks a registry first.
  const image = Image.parse(await call('GET', `/images/${spec.image}/json`)).Id;

  return {
    name: 'docker service create',
    async run() {
      const name = `longshore-bench-${randomBytes(4).toString('hex')}`;
      const watch = events.watch(
        (attributes) => attributes['com.docker.swarm.service.name'] === name,
      );
      let service: string | null = null;
      try {
        const begun_ms = performance.now();
        const body = serviceOf(name, image, launch);
        service = Service.parse(await call('POST', '/services/create', body)).ID;
        await watch.seen('start');
        const ready_ms = await whenItAnswers(launch, signal);
        return await timelineOf(socketPath, watch, { begun_ms, ready_ms });
      } finally {
        if (service !== null) await call('DELETE', `/services/${service}`);
        if (service !== null && !signal.aborted) await watch.seen('destroy');
        watch.end();
      }
    },
  };
}

/** The same container as the agent's, as far as a service can say it. */
function serviceOf(name: string, image: string, { spec }: Launch): unknown {
  return {
    Name: name,
    TaskTemplate: {
      ContainerSpec: {
        Image: image,
        ...(spec.entrypoint === null ? {} : { Command: spec.entrypoint }),
        ...(spec.args === null ? {} : { Args: spec.args }),
        Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
        Init: true,
        Healthcheck: { Test: ['NONE'] },
      },
      LogDriver: { Name: 'json-file', Options: { 'max-size': '10m', 'max-file': '3' } },
      RestartPolicy: { Condition: 'none' },
      Networks: [{ Target: 'host' }],
    },
    Mode: { Replicated: { Replicas: 1 } },
  };
}

async function joinOwnSwarm(call: EngineCaller, undo: UndoList): Promise<void> {
  const { Swarm } = Info.parse(await call('GET', '/info'));
  if (Swarm.LocalNodeState === 'active') {
    if (Swarm.ControlAvailable && Swarm.Nodes === 1) return;
    throw new Error(
      'The Docker engine is in a Swarm of several nodes; the bench needs one of its own.',
    );
  }
  if (Swarm.LocalNodeState !== 'inactive') {
    throw new Error(`The Docker engine's Swarm is ${Swarm.LocalNodeState}.`);
  }
  const hadGateway = (await call('GET', `/networks/${gatewayNetwork}`)) !== null;
  undo.add(async () => {
    // Services and their containers go with it. 503: it is in none, since the init failed.
    await call('POST', '/swarm/leave?force=1', undefined, [503]);
    if (!hadGateway) await removeGateway(call);
  });
  const port = await freePort();
  await call('POST', '/swarm/init', {
    ListenAddr: `127.0.0.1:${port}`,
    AdvertiseAddr: `127.0.0.1:${port}`,
  });
}

/** The engine lets go of it a moment after it has left. */
async function removeGateway(call: EngineCaller): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await call('DELETE', `/networks/${gatewayNetwork}`);
      return;
    } catch (error) {
      if (tries === networkTries) throw error;
      await delay(networkPauseMs);
    }
  }
}

type EngineCaller = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  alsoFine?: number[],
) => Promise<unknown>;

/** Resolves with the JSON of the reply; null for an empty one, and when there is no such thing. */
function engineCaller(socketPath: string): EngineCaller {
  return (method, path, body, alsoFine = []) =>
    callEngine(socketPath, { method, path, body, limits: { total_ms: 60_000 } }, async (reply) => {
      const status = reply.statusCode ?? 0;
      const text = (await readBody(reply, 1024 * 1024)).toString();
      if (status === 404 || alsoFine.includes(status)) return null;
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.trim()}`);
      return text.trim() === '' ? null : JSON.parse(text);
    });
}
