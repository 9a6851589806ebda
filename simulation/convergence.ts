import type { ControlPlane } from './control-plane.ts';
import { gpuBytes, hostBytes, type SimulatedHost } from './host.ts';
import type { Invariants } from './invariants.ts';
import { readClaims } from './launches.ts';

/** Why the system is not what it shall become once nothing goes wrong any more; null when it is. */
export async function whyNotConverged(
  controlPlane: ControlPlane,
  invariants: Invariants,
  hosts: readonly SimulatedHost[],
): Promise<string | null> {
  for (const host of hosts) {
    const wanted = invariants.wantedOn(host.id).join(', ');
    const containers = host.engine.own(host.id);
    const running = containers.filter(({ status }) => status === 'running');
    const names = (some: typeof containers) =>
      some
        .map(({ name }) => name)
        .sort()
        .join(', ');
    if (names(running) !== wanted) {
      return `${host.name} shall run [${wanted}] and runs [${names(running)}]`;
    }
    if (names(containers) !== wanted) return `${host.name} keeps [${names(containers)}]`;
  }
  const { rows: deployments } = await controlPlane.client.execute(`
    SELECT d.id, d.name, d.deleting, r.spec FROM deployments d
    JOIN deployment_revisions r ON r.deployment_id = d.id AND r.revision = d.revision`);
  const { rows: instances } = await controlPlane.client.execute('SELECT * FROM instances');
  const room = await roomOf(controlPlane, hosts);
  for (const { id, name, deleting, spec } of deployments) {
    if (deleting === 1) return `${name} is still being deleted`;
    const asked = JSON.parse(String(spec));
    const own = instances.filter((instance) => instance.deployment_id === id);
    if (own.length !== asked.replicas) {
      const states = own
        .map((one) => `${one.state} (revision ${one.deployment_revision})`)
        .join(', ');
      return `${name} has ${own.length} of ${asked.replicas}: ${states}`;
    }
    for (const { id: instance, state, message } of own) {
      if (state === 'running') continue;
      if (state !== 'pending') return `${instance} of ${name} is ${state}: ${message}`;
      if (!message) return `${instance} of ${name} is pending without a reason`;
      if (hasRoom(asked, room))
        return `${instance} of ${name} waits, and there is room: ${message}`;
    }
  }
  const orphan = instances.find((one) => !deployments.some(({ id }) => id === one.deployment_id));
  return orphan ? `${orphan.id} has no deployment` : null;
}

interface Room {
  gpus: number[];
  memory: number;
}

async function roomOf(controlPlane: ControlPlane, hosts: readonly SimulatedHost[]) {
  const claims = await readClaims(controlPlane.client);
  return hosts.map(({ id, gpus }): Room => {
    const left = (resource: string, capacity: number) =>
      claims
        .filter((claim) => claim.hostId === id && claim.resource === resource)
        .reduce((sum, { holder, amount }) => sum - (holder === '' ? capacity : amount), capacity);
    return {
      gpus: gpus.map((uuid) => left(`gpu:${uuid}`, gpuBytes)),
      memory: left('memory', hostBytes),
    };
  });
}

interface Asked {
  gpu?: { count: number; memory_bytes?: number };
  memory_bytes?: number;
}

function hasRoom({ gpu = { count: 0 }, memory_bytes = 0 }: Asked, room: readonly Room[]): boolean {
  const bytes = gpu.memory_bytes ?? gpuBytes;
  return room.some(
    ({ gpus, memory }) =>
      memory >= memory_bytes && gpus.filter((left) => left >= bytes).length >= gpu.count,
  );
}
