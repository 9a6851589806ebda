import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { type Agent, startAgent } from '../agent.ts';
import { type Clock, systemClock } from '../clock.ts';
import { enroll } from '../control-plane/enroll.ts';
import { createHttpClient } from '../control-plane/http-client.ts';
import { createEngine } from '../docker/engine-client.ts';
import { openJournal } from '../journal.ts';
import { freePort, standInImage } from './docker.ts';
import { FakeControlPlane } from './fake-control-plane.ts';
import { testSpec } from './launch-spec.ts';
import { recordedLog } from './recorded-log.ts';

/** A host on a real Docker engine, with a control plane in memory. Its agents come and go in this process. */
export interface DockerHost {
  control: FakeControlPlane;
  host_id: string;
  folder: string;
  /** Starts an agent, which replaces the one before. */
  boot(options?: { url?: string; clock?: Clock; socket?: string }): Promise<Agent>;
  /** A stand-in server that this host can be asked to run. */
  served(instance: string, changes?: Partial<LaunchSpec>, flags?: string[]): Promise<LaunchSpec>;
  instance(instance: string): ObservedInstance | undefined;
  becomes(instance: string, state: string): Promise<ObservedInstance>;
  conditions(): string[];
  close(): Promise<void>;
}

export async function dockerHost(socket: string): Promise<DockerHost> {
  const folder = await mkdtemp(join(tmpdir(), 'longshore-docker-'));
  const control = new FakeControlPlane();
  await control.start();
  const client = createHttpClient({ url: control.url, user_agent: 'test' });
  const { host_id } = await enroll(
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
  let agent: Agent | null = null;
  const instance = (name: string) => control.instance(host_id, `${name}-${host_id}`);

  return {
    control,
    host_id,
    folder,
    async boot(options = {}) {
      await agent?.stop();
      const journal = await openJournal(folder);
      const identity = await journal.readIdentity();
      if (!identity?.host_id) throw new Error('not enrolled');
      agent = await startAgent({
        identity: { ...identity, host_id, url: options.url ?? control.url },
        journal,
        engine: createEngine(options.socket ?? socket),
        scanGpus: async () => ({ gpus: [], drivers: [], conditions: [] }),
        models: {
          folder: join(folder, 'models'),
          limit_bytes: null,
          hub_url: 'http://127.0.0.1:1',
        },
        image_marks: { high_percent: 100, low_percent: 99 },
        address: '127.0.0.1',
        port_range: { first: 20000, last: 20999 },
        link: true,
        agent_version: 'test',
        clock: options.clock ?? systemClock,
        random: () => 0,
        log: recordedLog(),
      });
      return agent;
    },
    async served(name, changes = {}, flags = []) {
      const port = await freePort();
      const args = ['serve', '--host', '127.0.0.1', '--port', String(port), ...flags];
      // Names are one table for all tests that use the engine.
      const instance_id = `${name}-${host_id}`;
      const { health } = testSpec();
      return testSpec({
        instance_id,
        image: standInImage,
        port,
        args,
        stop_grace_seconds: 2,
        health: { ...health, interval_seconds: 1 },
        ...changes,
      });
    },
    instance,
    becomes: (name, state) =>
      control.waitFor(() => {
        const seen = instance(name);
        return seen?.state === state && seen;
      }),
    conditions: () => control.host(host_id).inventory?.conditions.map(({ code }) => code) ?? [],
    async close() {
      await agent?.stop();
      await control.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks a server on this machine; resolves with the status. */
export function ask(port: number, method: 'GET' | 'POST', path: string, body?: unknown) {
  return new Promise<number>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false }, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
