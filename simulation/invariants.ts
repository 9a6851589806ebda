import type { Client } from '@libsql/client';
import { label } from '../agent/docker/labels.ts';
import { behaviourOf } from './behaviour.ts';
import type { WriteCount } from './database.ts';
import type { Container } from './engine.ts';
import { gpuBytes, type SimulatedHost } from './host.ts';
import { checkMove, checkRows } from './row-invariants.ts';
import { type LaunchRow, type Rows, readRows } from './rows.ts';
import { Violation } from './violation.ts';

/** An agent knows of a container's health what its last probe said. */
const probedWithinMs = 15_000;

/** What must hold after every step, whatever went wrong before. */
export class Invariants {
  /** Every launch that ever was, by its container's name. */
  readonly #launches = new Map<string, LaunchRow>();
  #wanted = new Set<string>();
  #rows: Rows | null = null;
  #seenWrites = -1;
  #changes = -1;
  readonly #client: Client;
  readonly #writes: WriteCount;
  readonly #hosts: readonly SimulatedHost[];
  /** Found inside an agent's call, where throwing would only be an answer to the agent. */
  #found: Violation | null = null;

  constructor(client: Client, writes: WriteCount, hosts: readonly SimulatedHost[]) {
    this.#client = client;
    this.#writes = writes;
    this.#hosts = hosts;
  }

  /** What the database said last. */
  get rows(): Rows {
    if (!this.#rows) throw new Error('nothing was looked at yet');
    return this.#rows;
  }

  /** What shall run on a host. */
  wantedOn(hostId: string): LaunchRow[] {
    return [...this.#launches.values()].filter(
      (launch) => launch.hostId === hostId && this.#wanted.has(launch.name),
    );
  }

  /** What runs in the container with this name. */
  programOf(name: string) {
    const launch = this.#launches.get(name);
    return launch ? { behaviour: behaviourOf(launch.spec.env), port: launch.spec.port } : null;
  }

  /** An agent is about to stop or remove a container. */
  onStop(host: SimulatedHost, { name, status, body, started_at }: Container): void {
    const { clock } = host.surroundings.scheduler;
    const launch = this.#launches.get(name);
    // The agent of a removed host is told to stop what it runs.
    if (!launch || status !== 'running' || host.id === '') return;
    const { restart_after_seconds, start_timeout_seconds } = launch.spec.health;
    const sick = host.engine.sickness(name);
    const now = clock.wall();
    const isSick =
      sick !== null &&
      (sick.until ?? now) >= now - probedWithinMs &&
      restart_after_seconds > 0 &&
      now - sick.since >= restart_after_seconds * 1000;
    const isDeaf = this.programOf(name)?.behaviour === 'deaf' || sick?.sinceStart === true;
    const isLate = isDeaf && now - Date.parse(started_at) >= start_timeout_seconds * 1000;
    // Such a run its agent ends by itself, also before it has heard that there is a newer generation.
    if (isSick || isLate) return;
    if (this.#wanted.has(name)) {
      this.#found = new Violation(`${name} is stopped although the control plane wants it`);
    } else {
      const instance = body.Labels[label.instance];
      const next = this.wantedOn(host.id).find(({ instanceId }) => instanceId === instance);
      if (next && !host.engine.images.has(next.spec.image)) {
        this.#found = new Violation(`${name} is stopped before the image of ${next.name} is there`);
      }
    }
  }

  async check(): Promise<void> {
    if (this.#found) throw this.#found;
    if (this.#writes.value !== this.#seenWrites) {
      this.#seenWrites = this.#writes.value;
      await this.#checkDatabase();
    }
    this.#checkContainers();
  }

  async #checkDatabase(): Promise<void> {
    const counted = await this.#client.execute('SELECT total_changes() AS changes');
    const changes = Number(counted.rows[0]?.changes);
    if (changes === this.#changes) return;
    this.#changes = changes;
    const rows = await readRows(this.#client);
    for (const launch of rows.launches) this.#launches.set(launch.name, launch);
    this.#wanted = new Set(rows.launches.flatMap(({ name, wanted }) => (wanted ? [name] : [])));
    checkRows(rows);
    if (this.#rows) checkMove(this.#rows, rows);
    this.#rows = rows;
  }

  #checkContainers(): void {
    const seen = new Map<string, string>();
    for (const host of this.#hosts) {
      if (!host.engine.foreignIntact) throw new Violation(`${host.name}: a foreign container`);
      if (host.id === '') continue;
      const instances = new Map<string, string>();
      const ports = new Map<number, string>();
      const used = new Map<string, number>();
      for (const { name, status, body } of host.engine.own(host.id)) {
        if (status !== 'running') continue;
        const elsewhere = seen.get(name);
        if (elsewhere) throw new Violation(`${name} runs on ${elsewhere} and on ${host.name}`);
        seen.set(name, host.name);
        const instance = body.Labels[label.instance] ?? '';
        const twin = instances.get(instance);
        if (twin) throw new Violation(`${name} and ${twin} run on ${host.name} at once`);
        instances.set(instance, name);
        const launch = this.#launches.get(name);
        if (!launch) throw new Violation(`${name} runs and was never queued`);
        const { port, gpu } = launch.spec;
        const other = ports.get(port);
        if (other) throw new Violation(`${name} and ${other} have the port ${port}`);
        ports.set(port, name);
        for (const uuid of gpu?.uuids ?? []) {
          const sum = (used.get(uuid) ?? 0) + (launch.shareBytes ?? gpuBytes);
          if (sum > gpuBytes) throw new Violation(`${uuid} is used by ${name} and others`);
          used.set(uuid, sum);
        }
      }
    }
  }
}
