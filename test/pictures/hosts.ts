import { randomUUID } from 'node:crypto';
import type { Gpu, Host, Inventory } from '../../contract/host.ts';
import type { Client } from '../support/client-at.ts';
import { type FakeAgent, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

const GIB = 1024 ** 3;
/** Well within the 20 s after which a silent host is offline. */
const EVERY_MS = 4_000;
const SILENCE_MS = 90_000;

function gpus(framework: string, name: string, gib: number, count: number): Gpu[] {
  return Array.from({ length: count }, (_, index) => ({
    framework,
    index,
    uuid: `GPU-${randomUUID()}`,
    name,
    memory_bytes: Math.round(gib * GIB),
  }));
}

const disks = (gib: number): NonNullable<Inventory['disks']> => [
  { role: 'docker', path: '/var/lib/docker', total_bytes: gib * GIB },
  { role: 'models', path: '/var/lib/longshore/models', total_bytes: 4 * gib * GIB },
];

interface Machine {
  name: string;
  labels: Record<string, string>;
  inventory: Partial<Inventory>;
  /** It does its work until all is there, and is never heard again. */
  isSilent?: boolean;
  isCordoned?: boolean;
}

const machines: Machine[] = [
  {
    name: 'lab-4090',
    labels: { site: 'lab' },
    isSilent: true,
    inventory: {
      gpus: gpus('cuda', 'NVIDIA GeForce RTX 4090', 24, 1),
      address: '192.168.7.21',
      cpus: 24,
      memory_bytes: 128 * GIB,
    },
  },
  {
    name: 'ams-h100-1',
    labels: { site: 'ams', pool: 'large' },
    inventory: {
      gpus: gpus('cuda', 'NVIDIA H100 80GB HBM3', 79.6, 8),
      drivers: [{ framework: 'cuda', driver_version: '580.95.05', runtime_version: '13.0' }],
      address: '10.20.0.11',
      cpus: 192,
      memory_bytes: 2048 * GIB,
    },
  },
  {
    name: 'ams-h100-2',
    labels: { site: 'ams', pool: 'large' },
    isCordoned: true,
    inventory: {
      gpus: gpus('cuda', 'NVIDIA H100 80GB HBM3', 79.6, 8),
      drivers: [{ framework: 'cuda', driver_version: '580.95.05', runtime_version: '13.0' }],
      address: '10.20.0.12',
      cpus: 192,
      memory_bytes: 2048 * GIB,
    },
  },
  {
    name: 'fra-mi300x',
    labels: { site: 'fra', pool: 'large' },
    inventory: {
      gpus: gpus('rocm', 'AMD Instinct MI300X', 192, 4),
      drivers: [{ framework: 'rocm', driver_version: '6.14.14', runtime_version: '7.0' }],
      address: '10.30.0.5',
      cpus: 128,
      memory_bytes: 1536 * GIB,
    },
  },
  {
    name: 'sgp-910b',
    labels: { site: 'sgp' },
    inventory: {
      gpus: gpus('cann', 'Ascend 910B3', 64, 8),
      address: '10.40.0.9',
      architecture: 'arm64',
      model_sources: ['none', 'local_path'],
      cpus: 192,
      memory_bytes: 1024 * GIB,
      conditions: [
        {
          code: 'models_unavailable',
          message: 'The disk of the models is away: /var/lib/longshore/models. Mount it again.',
        },
      ],
    },
  },
  {
    name: 'edge-arm',
    labels: { site: 'edge' },
    inventory: { architecture: 'arm64', cpus: 16, memory_bytes: 64 * GIB, address: '10.50.0.2' },
  },
];

export interface Fleet {
  agents: ReadonlyMap<string, FakeAgent>;
  /** From now on nothing is heard of those that fall silent; resolves when all of them are offline. */
  fallSilent(): Promise<void>;
  stop(): void;
}

/** Hosts of several vendors, which give signs of life until they are stopped. */
export async function enrolFleet(client: Client): Promise<Fleet> {
  const agents = new Map<string, FakeAgent>();
  for (const { name, labels, inventory, isCordoned } of machines) {
    const agent = await newFakeAgent(
      client,
      inventoryWith({
        hostname: name,
        os: 'Debian GNU/Linux 13 (trixie)',
        docker: { version: '28.3.2', api_version: '1.51', nvidia_toolkit: true },
        model_sources: ['none', 'local_path', 'huggingface'],
        port_range: { first: 40_000, last: 40_999 },
        disks: disks(1800),
        ...inventory,
      }),
    );
    const path = `/api/v1/hosts/${agent.hostId}`;
    await client.call('PATCH', path, { name, labels });
    if (isCordoned) await client.call('POST', `${path}/cordon`);
    agents.set(name, agent);
  }
  const silent = machines.filter(({ isSilent }) => isSilent).map(({ name }) => name);
  const heard = new Map(agents);
  const timer = setInterval(() => {
    // A report may overtake it, and what is overtaken is refused: that is no matter.
    for (const agent of heard.values()) agent.send(agent.message()).catch(() => {});
  }, EVERY_MS);
  return {
    agents,
    async fallSilent() {
      for (const name of silent) heard.delete(name);
      for (const name of silent) {
        await until(
          `${name} is offline`,
          async () => {
            const path = `/api/v1/hosts/${agents.get(name)?.hostId}`;
            return (await client.call<Host>('GET', path)).body.status === 'offline';
          },
          SILENCE_MS,
        );
      }
    },
    stop: () => clearInterval(timer),
  };
}
