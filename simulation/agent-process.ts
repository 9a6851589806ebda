import { startAgent } from '../agent/agent.ts';
import type { Journal } from '../agent/journal.ts';
import type { Inventory } from '../contract/host.ts';
import type { Census } from './census.ts';
import type { ControlPlane } from './control-plane.ts';
import type { SimulatedEngine } from './engine.ts';
import type { Faults } from './faults.ts';
import { simulatedLink } from './link.ts';
import { simulatedNetwork } from './network.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface AgentProcessOptions {
  name: string;
  hostId: string;
  secret: string;
  journal: Journal;
  engine: SimulatedEngine;
  /** Its machine as it is now. */
  machine: () => Pick<Inventory, 'gpus' | 'memory_bytes'>;
  address: string;
  scheduler: Scheduler;
  random: Random;
  faults: Faults;
  census: Census;
  controlPlane: ControlPlane;
  isCut: () => boolean;
}

export interface AgentProcess {
  /** It stopped acting, since another process has its identity. */
  readonly conflict: boolean;
  /** The process is gone from one moment to the next; what it asked of its engine may still happen there. */
  kill(): void;
}

/** One process of the real agent, on virtual time, a simulated network and a simulated engine. */
export async function startAgentProcess(options: AgentProcessOptions): Promise<AgentProcess> {
  const { name, scheduler, random, engine, machine, census } = options;
  let alive = true;
  const isAlive = () => alive;
  const clock = {
    ...scheduler.clock,
    after: (ms: number, run: () => void) => scheduler.after(ms, () => (alive ? run() : undefined)),
  };
  const log = (event: string, fields: { reason?: unknown } = {}) =>
    census.count(`agent: ${event}${fields.reason ? ` (${fields.reason})` : ''}`);
  const agent = await startAgent({
    identity: {
      install_id: `install-of-${name}`,
      secret: options.secret,
      url: 'http://simulated',
      host_id: options.hostId,
    },
    journal: options.journal,
    engine: engine.connect(isAlive),
    scanGpus: async () => ({
      gpus: machine().gpus.map((gpu) => ({ gpu, nodes: [], mounts: [] })),
      drivers: [],
      conditions: [],
    }),
    senses: {
      node: async () => null,
      readHostFacts: async () => ({
        hostname: name,
        os: 'simulated',
        architecture: 'amd64',
        cpus: 16,
        memory_bytes: machine().memory_bytes,
      }),
      readSpace: async () => null,
      hostAddresses: () => [options.address],
    },
    probe: async (spec) => {
      const ready = engine.isReady(`longshore-${spec.instance_id}-${spec.generation}`);
      return { ready, summary: ready ? '' : 'connection refused', excerpt: null };
    },
    createHttpClient: simulatedNetwork({ ...options, isAlive }),
    openLink: simulatedLink({ ...options }),
    address: options.address,
    // None of the models comes from a hub.
    models: { folder: '/nowhere', limit_bytes: null, hub_url: 'http://simulated' },
    image_marks: { high_percent: 85, low_percent: 75 },
    port_range: { first: 40_000, last: 40_019 },
    link: true,
    agent_version: '0.0.0',
    clock,
    random: random.next,
    log: { info: log, warn: log, error: log },
  });
  return {
    get conflict() {
      return agent.conflict;
    },
    kill() {
      if (!alive) return;
      alive = false;
      void agent.stop();
    },
  };
}
