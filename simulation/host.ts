import { randomBytes } from 'node:crypto';
import type { Held } from '../agent/desired.ts';
import type { Journal } from '../agent/journal.ts';
import type { Inventory } from '../contract/host.ts';
import { type AgentProcess, type AgentProcessOptions, startAgentProcess } from './agent-process.ts';
import type { SimulatedEngine } from './engine.ts';

export const gpuBytes = 80 * 1024 ** 3;
export const hostBytes = 256 * 1024 ** 3;

type Surroundings = Pick<AgentProcessOptions, 'scheduler' | 'random' | 'faults' | 'controlPlane'>;

/** A machine: its engine, its agent, and what of the agent outlives the process. */
export class SimulatedHost {
  readonly gpus: string[];
  id = '';
  /** The machine has power. */
  up = true;
  cut = false;
  readonly #secret = `lsh_${randomBytes(32).toString('base64url')}`;
  readonly #journal: Journal = memoryJournal();
  #agent: AgentProcess | null = null;

  constructor(
    readonly name: string,
    gpuCount: number,
    readonly engine: SimulatedEngine,
    readonly surroundings: Surroundings,
  ) {
    this.gpus = Array.from({ length: gpuCount }, (_, index) => `GPU-${name}-${index}`);
  }

  get agentRuns(): boolean {
    return this.#agent !== null;
  }

  async enrol(): Promise<void> {
    const { controlPlane } = this.surroundings;
    this.id = await controlPlane.enrol(`install-of-${this.name}-0000`, this.#secret, this.name);
  }

  async startAgent(): Promise<void> {
    if (this.#agent || !this.up) return;
    this.#agent = await startAgentProcess({
      ...this.surroundings,
      name: this.name,
      hostId: this.id,
      secret: this.#secret,
      journal: this.#journal,
      engine: this.engine,
      inventory: this.#inventory(),
      isCut: () => this.cut || !this.up,
    });
  }

  killAgent(): void {
    this.#agent?.kill();
    this.#agent = null;
  }

  crash(): void {
    this.up = false;
    this.killAgent();
    this.engine.crash(this.id);
  }

  #inventory(): Omit<Inventory, 'docker'> {
    return {
      hostname: this.name,
      os: 'simulated',
      architecture: 'amd64',
      cpus: 16,
      memory_bytes: hostBytes,
      // Of the documentation's network: nothing of this machine can be bound to it.
      address: '203.0.113.7',
      port_range: { first: 40_000, last: 40_019 },
      gpus: this.gpus.map((uuid, index) => ({
        framework: 'cuda',
        index,
        uuid,
        name: 'simulated',
        memory_bytes: gpuBytes,
      })),
      model_sources: ['none'],
      conditions: [],
    };
  }
}

function memoryJournal(): Journal {
  let epoch = 0;
  let held: Held | null = null;
  return {
    readIdentity: async () => null,
    writeIdentity: async () => {},
    readEpoch: async () => epoch,
    writeEpoch: async (next) => {
      epoch = next;
    },
    readDesired: async () => held,
    writeDesired: async (next) => {
      held = next;
    },
  };
}
