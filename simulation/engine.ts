import type { Engine } from '../agent/docker/engine.ts';
import { EngineAwayError } from '../agent/docker/errors.ts';
import { label } from '../agent/docker/labels.ts';
import { MemoryEngine } from '../agent/testing/memory-engine.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

type Container = MemoryEngine['containers'] extends Map<string, infer Item> ? Item : never;

const warmUpMs = 1500;

/** The Docker engine of one simulated host: its calls take time, it can be away, and its host can crash. */
export class SimulatedEngine extends MemoryEngine {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #onStop: (container: Container) => void;
  readonly #foreign: string;
  #boots = 0;

  /** `onStop` is told of every container that an agent stops or removes, before it happens. */
  constructor(scheduler: Scheduler, random: Random, onStop: (container: Container) => void) {
    super(scheduler.clock);
    this.#scheduler = scheduler;
    this.#random = random;
    this.#onStop = onStop;
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
    if (container?.status !== 'running') return false;
    return this.#scheduler.nowMs - Date.parse(container.started_at) >= warmUpMs;
  }

  /** The machine loses its power: what is under way never happens. */
  crash(hostId: string): void {
    this.#boots += 1;
    this.breakEvents();
    for (const { name, status } of this.own(hostId)) if (status === 'running') this.exit(name, 137);
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
    return this.#slowly('start', () => super.start(container));
  }

  override async stop(container: string) {
    this.#tellStop(container);
    return this.#slowly('stop', () => super.stop(container));
  }

  override async remove(container: string) {
    this.#tellStop(container);
    return this.#slowly('remove', () => super.remove(container));
  }

  async #slowly<Result>(verb: string, act: () => Promise<Result>): Promise<Result> {
    const boot = this.#boots;
    await this.#scheduler.pause(this.#random.between(5, 400));
    if (boot !== this.#boots) return new Promise<never>(() => {});
    const result = await act();
    if (this.away) throw new EngineAwayError(`no answer to ${verb}`);
    return result;
  }

  #tellStop(container: string): void {
    const found = this.containers.get(container) ?? this.byName(container);
    if (found) this.#onStop(found);
  }

  #ofOthers(): string {
    return JSON.stringify(
      [...this.containers.values()]
        .filter(({ name }) => name === 'somebody-elses' || name === 'longshore-of-another-host')
        .map(({ id, name, status, started_at }) => [id, name, status, started_at]),
    );
  }
}
