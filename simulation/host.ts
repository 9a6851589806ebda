import { randomBytes } from 'node:crypto';
import type { Held } from '../agent/desired.ts';
import type { Journal } from '../agent/journal.ts';
import { type AgentProcess, type AgentProcessOptions, startAgentProcess } from './agent-process.ts';
import type { SimulatedEngine } from './engine.ts';

export const gpuBytes = 80 * 1024 ** 3;
export const hostBytes = 256 * 1024 ** 3;

type Surroundings = Pick<
  AgentProcessOptions,
  'scheduler' | 'random' | 'faults' | 'census' | 'controlPlane'
>;

/** A machine: its engine, its agent, and what of the agent outlives the process. */
export class SimulatedHost {
  readonly gpus: string[];
  /** Fell off the bus. */
  readonly lostGpus = new Set<string>();
  id = '';
  /** The machine has power. */
  up = true;
  cut = false;
  // Of the documentation's network: nothing of this machine can be bound to it.
  address = '203.0.113.7';
  journal = new MemoryJournal();
  #secret = '';
  #installs = 0;
  #agent: AgentProcess | null = null;
  /** Of a machine that was cloned, with the identity in it. */
  #twin: AgentProcess | null = null;

  constructor(
    readonly name: string,
    gpuCount: number,
    readonly engine: SimulatedEngine,
    readonly surroundings: Surroundings,
  ) {
    this.gpus = Array.from({ length: gpuCount }, (_, index) => `GPU-${name}-${index}`);
    this.setUpAfresh();
  }

  get agentRuns(): boolean {
    return this.#agent !== null;
  }

  /** Nothing is left of what its agent was: the next one begins with a new identity. */
  setUpAfresh(): void {
    this.#installs += 1;
    this.#secret = `lsh_${randomBytes(32).toString('base64url')}`;
    this.journal = new MemoryJournal();
    this.id = '';
  }

  /** Asked again after an answer that was lost, it is the same host, as the agent keeps its identity before it asks. */
  async enrol(): Promise<void> {
    const installId = `install-of-${this.name}-${String(this.#installs).padStart(4, '0')}`;
    this.id = await this.surroundings.controlPlane.enrol(installId, this.#secret, this.name);
  }

  async startAgent(): Promise<void> {
    // A process that lost its identity to another one is ended and started again by whoever runs the machine.
    if (this.#agent?.conflict) this.killAgent();
    if (this.#agent || !this.up || this.id === '') return;
    this.#agent = await this.#start(this.name, this.journal);
  }

  /** A second process with a copy of the journal, on the same engine. */
  async startTwin(): Promise<void> {
    if (this.#twin || !this.up || this.id === '') return;
    this.#twin = await this.#start(`${this.name}-twin`, this.journal.copy());
  }

  killAgent(): void {
    this.#agent?.kill();
    this.#agent = null;
  }

  /** @returns whether there was one */
  killTwin(): boolean {
    const twin = this.#twin;
    twin?.kill();
    this.#twin = null;
    return twin !== null;
  }

  crash(): void {
    this.up = false;
    this.killAgent();
    this.killTwin();
    this.engine.crash(this.id);
  }

  #start(name: string, journal: Journal): Promise<AgentProcess> {
    return startAgentProcess({
      ...this.surroundings,
      name,
      hostId: this.id,
      secret: this.#secret,
      journal,
      engine: this.engine,
      address: this.address,
      machine: () => ({
        memory_bytes: hostBytes,
        gpus: this.gpus.flatMap((uuid, index) =>
          this.lostGpus.has(uuid)
            ? []
            : [{ framework: 'cuda', index, uuid, name: 'simulated', memory_bytes: gpuBytes }],
        ),
      }),
      isCut: () => this.cut || !this.up,
    });
  }
}

/** What an agent finds again after its own restart. */
export class MemoryJournal implements Journal {
  epoch = 0;
  held: Held | null = null;

  copy(): MemoryJournal {
    const copy = new MemoryJournal();
    copy.epoch = this.epoch;
    copy.held = this.held;
    return copy;
  }

  async readIdentity() {
    return null;
  }

  async writeIdentity() {}

  async readEpoch() {
    return this.epoch;
  }

  async writeEpoch(next: number) {
    this.epoch = next;
  }

  async readDesired() {
    return this.held;
  }

  async writeDesired(next: Held) {
    this.held = next;
  }

  async readImages() {
    return [];
  }

  async writeImages() {}
}
