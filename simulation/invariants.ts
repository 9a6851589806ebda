import { containerName, label } from '../agent/docker/labels.ts';
import type { ControlPlane } from './control-plane.ts';
import { gpuBytes, hostBytes, type SimulatedHost } from './host.ts';
import { type ClaimRow, type LaunchRow, readClaims, readLaunches } from './launches.ts';

/** Something happened that must never happen. */
export class Violation extends Error {
  override name = 'Violation';
}

/** What must hold after every step, whatever went wrong before. */
export class Invariants {
  /** Every launch that ever was, by its container's name. */
  readonly #launches = new Map<string, LaunchRow>();
  #wanted = new Set<string>();
  readonly #controlPlane: ControlPlane;
  readonly #hosts: readonly SimulatedHost[];
  /** Found inside an agent's call, where throwing would only be an answer to the agent. */
  #found: Violation | null = null;

  constructor(controlPlane: ControlPlane, hosts: readonly SimulatedHost[]) {
    this.#controlPlane = controlPlane;
    this.#hosts = hosts;
  }

  /** What shall run on a host, by container names. */
  wantedOn(hostId: string): string[] {
    return [...this.#wanted].filter((name) => this.#launches.get(name)?.hostId === hostId).sort();
  }

  /** An agent is about to stop or remove a container. Nothing here is ever unhealthy, so that it must be unwanted. */
  onStop(name: string): void {
    if (this.#wanted.has(name)) {
      this.#found = new Violation(`${name} is stopped although the control plane wants it`);
    }
  }

  async check(): Promise<void> {
    if (this.#found) throw this.#found;
    if (this.#controlPlane.dirty) {
      this.#controlPlane.dirty = false;
      await this.#checkDatabase();
    }
    this.#checkContainers();
  }

  async #checkDatabase(): Promise<void> {
    const { client } = this.#controlPlane;
    const [rows, claims] = [await readLaunches(client), await readClaims(client)];
    const byName = new Map(rows.map((row) => [containerName(row.instanceId, row.generation), row]));
    for (const [name, row] of byName) this.#launches.set(name, row);
    this.#wanted = new Set([...byName].flatMap(([name, { wanted }]) => (wanted ? [name] : [])));
    for (const [name, { instanceId, hostId }] of byName) {
      // The next generation in place inherits it.
      const hasPort = claims.some(
        (claim) => claim.instanceId === instanceId && claim.hostId === hostId && isPort(claim),
      );
      if (!hasPort) throw new Violation(`${name} is queued and holds no port`);
    }
    for (const claim of claims) {
      if (!rows.some(({ instanceId }) => instanceId === claim.instanceId)) {
        throw new Violation(
          `${claim.resource} is claimed for ${nameOf(claim)}, which is no launch`,
        );
      }
    }
    checkSums(claims);
  }

  #checkContainers(): void {
    const seen = new Map<string, string>();
    for (const host of this.#hosts) {
      if (!host.engine.foreignIntact) throw new Violation(`${host.name}: a foreign container`);
      const instances = new Map<string, string>();
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
        for (const gpu of launch.gpus) {
          const sum = (used.get(gpu) ?? 0) + (launch.shareBytes ?? gpuBytes);
          if (sum > gpuBytes) throw new Violation(`${gpu} is used by ${name} and others`);
          used.set(gpu, sum);
        }
      }
    }
  }
}

function checkSums(claims: readonly ClaimRow[]): void {
  const sums = new Map<string, number>();
  for (const { hostId, resource, holder, amount } of claims) {
    if (resource.startsWith('port:')) continue;
    const capacity = resource === 'memory' ? hostBytes : gpuBytes;
    const key = `${hostId} ${resource}`;
    const sum = (sums.get(key) ?? 0) + (holder === '' ? capacity : amount);
    if (sum > capacity) throw new Violation(`more of ${key} is claimed than there is`);
    sums.set(key, sum);
  }
}

function nameOf({ instanceId, generation }: ClaimRow): string {
  return containerName(instanceId, generation);
}

function isPort({ resource }: ClaimRow): boolean {
  return resource.startsWith('port:');
}
