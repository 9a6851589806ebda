import type { Engine } from '../agent/docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from '../agent/docker/errors.ts';
import { label } from '../agent/docker/labels.ts';
import { MemoryEngine } from '../agent/testing/memory-engine.ts';
import type { Behaviour } from './behaviour.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export type Container = MemoryEngine['containers'] extends Map<string, infer Item> ? Item : never;

const warmUpMs = 1500;
const crashesAfterMs = 700;

export interface Sickness {
  since: number;
  /** Null while it lasts. */
  until: number | null;
  /** It never answered before. */
  sinceStart: boolean;
}

export interface EngineOptions {
  scheduler: Scheduler;
  random: Random;
  /** Told of every container that an agent stops or removes, before it happens. */
  onStop: (container: Container) => void;
  /** What the container with this name does once it runs, and the port that it wants. */
  programOf: (name: string) => { behaviour: Behaviour; port: number } | null;
  /** Images that a registry has. */
  registry: ReadonlySet<string>;
}

const nothingPulled = {
  bytes_done: 0,
  bytes_total: 0,
  layers_done: 0,
  layers: 1,
  all_known: false,
};

/** The Docker engine of one simulated host: its calls take time, it can be away, and its host can crash. */
export class SimulatedEngine extends MemoryEngine {
  /** The registry cannot be reached. */
  registryAway = false;
  /** Something foreign listens there. */
  readonly foreignPorts = new Set<number>();
  /** When running containers last did not answer, by name. */
  readonly #sick = new Map<string, Sickness>();
  readonly #options: EngineOptions;
  readonly #foreign: string;
  #boots = 0;

  constructor(options: EngineOptions) {
    super(options.scheduler.clock);
    this.#options = options;
    this.put('somebody-elses', { app: 'theirs' });
    this.put('longshore-of-another-host', { [label.host]: 'host_another' });
    this.#foreign = this.#ofOthers();
  }

  /** The containers of ours, in any state. */
  own(hostId: string): Container[] {
    return [...this.containers.values()].filter(({ body }) => body.Labels[label.host] === hostId);
  }

  /** Nobody touched what is not ours. */
  get foreignIntact(): boolean {
    return this.#ofOthers() === this.#foreign;
  }

  /** Answers its health check. */
  isReady(name: string): boolean {
    const container = this.byName(name);
    if (container?.status !== 'running' || this.#sick.get(name)?.until === null) return false;
    if (this.#options.programOf(name)?.behaviour === 'deaf') return false;
    return this.#ageOf(container) >= warmUpMs;
  }

  /** It answers no more, until it recovers or is started again. */
  sicken(name: string): void {
    const container = this.byName(name);
    if (!container) return;
    const sinceStart = this.#ageOf(container) < warmUpMs + 1000;
    this.#sick.set(name, { since: this.#options.scheduler.nowMs, until: null, sinceStart });
  }

  recover(name: string): void {
    const sickness = this.#sick.get(name);
    if (sickness) this.#sick.set(name, { ...sickness, until: this.#options.scheduler.nowMs });
  }

  recoverAll(): void {
    for (const name of this.#sick.keys()) this.recover(name);
  }

  sickness(name: string): Sickness | null {
    return this.#sick.get(name) ?? null;
  }

  #ageOf({ started_at }: Container): number {
    return this.#options.scheduler.nowMs - Date.parse(started_at);
  }

  /** The machine loses its power: what is under way never happens. */
  crash(hostId: string): void {
    this.#boots += 1;
    this.breakEvents();
    for (const { name, status } of this.own(hostId)) if (status === 'running') this.exit(name, 137);
  }

  /** The machine is set up afresh. */
  wipe(hostId: string): void {
    this.#boots += 1;
    this.#sick.clear();
    for (const { id } of this.own(hostId)) this.containers.delete(id);
  }

  override exit(name: string, code: number, log: string[] = [], oomKilled = false): void {
    this.#sick.delete(name);
    super.exit(name, code, log, oomKilled);
  }

  /** What one agent process has of this engine: once it is dead, it hears nothing more and says nothing. */
  connect(isAlive: () => boolean): Engine {
    const never = new Promise<never>(() => {});
    return new Proxy(this, {
      get: (engine, key) => {
        const member: unknown = Reflect.get(engine, key, engine);
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]) => {
          if (!isAlive()) return never;
          const reply: Promise<unknown> = member.apply(engine, parameters);
          return new Promise((resolve, reject) => {
            reply.then(
              (value) => isAlive() && resolve(value),
              (error) => isAlive() && reject(error),
            );
          });
        };
      },
    });
  }

  override async create(...parameters: Parameters<MemoryEngine['create']>) {
    return this.#slowly('create', () => super.create(...parameters));
  }

  override async start(container: string) {
    return this.#slowly('start', async () => {
      const name = this.#nameOf(container);
      const program = name === undefined ? null : this.#options.programOf(name);
      if (program && this.foreignPorts.has(program.port)) {
        throw new EngineRefusedError(500, `listen tcp: ${program.port}: address already in use`);
      }
      await super.start(container);
      if (name !== undefined) this.#begin(name, program?.behaviour ?? 'good');
    });
  }

  override async stop(container: string) {
    this.#tellStop(container);
    return this.#slowly('stop', async () => {
      this.#sick.delete(this.#nameOf(container) ?? '');
      await super.stop(container);
    });
  }

  override async remove(container: string) {
    this.#tellStop(container);
    return this.#slowly('remove', () => super.remove(container));
  }

  override async pull(...[image, options]: Parameters<MemoryEngine['pull']>) {
    if (this.away) throw new EngineAwayError('no answer to pull');
    options.onProgress(nothingPulled);
    await this.#options.scheduler.pause(this.#options.random.between(500, 8000));
    options.signal.throwIfAborted();
    if (this.registryAway) throw new EngineRefusedError(500, 'the registry cannot be reached');
    if (!this.#options.registry.has(image)) throw new EngineRefusedError(404, 'no such image');
    return super.pull(image, options);
  }

  /** Some programs end by themselves soon after each start. */
  #begin(name: string, behaviour: Behaviour): void {
    if (behaviour !== 'crashes' && behaviour !== 'out_of_memory') return;
    const run = this.byName(name)?.started_at;
    this.#options.scheduler.after(crashesAfterMs, () => {
      const container = this.byName(name);
      if (container?.status !== 'running' || container.started_at !== run) return;
      if (behaviour === 'crashes') this.exit(name, 1, ['it does not work']);
      else this.exit(name, 137, [], true);
    });
  }

  async #slowly<Result>(verb: string, act: () => Promise<Result>): Promise<Result> {
    const boot = this.#boots;
    await this.#options.scheduler.pause(this.#options.random.between(5, 400));
    if (boot !== this.#boots) return new Promise<never>(() => {});
    const result = await act();
    if (this.away) throw new EngineAwayError(`no answer to ${verb}`);
    return result;
  }

  #nameOf(container: string): string | undefined {
    return (this.containers.get(container) ?? this.byName(container))?.name;
  }

  #tellStop(container: string): void {
    const found = this.containers.get(container) ?? this.byName(container);
    if (found) this.#options.onStop(found);
  }

  #ofOthers(): string {
    return JSON.stringify(
      [...this.containers.values()]
        .filter(({ name }) => name === 'somebody-elses' || name === 'longshore-of-another-host')
        .map(({ id, name, status, started_at }) => [id, name, status, started_at]),
    );
  }
}
