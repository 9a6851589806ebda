import type { Gpu, Inventory } from '../../contract/host.ts';
import type { Client } from '../support/client-at.ts';
import { type FakeAgent, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';

const GIB = 1024 ** 3;
/** Well within the 20 s after which a silent host is offline. */
const EVERY_MS = 4_000;

function gpus(framework: string, name: string, gib: number, count: number): Gpu[] {
  return Array.from({ length: count }, (_, index) => ({
    framework,
    index,
    uuid: `${framework}-${name.replaceAll(' ', '-')}-${index}`.slice(0, 128),
    name,
    memory_bytes: gib * GIB,
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
  /** It was heard once, and never again. */
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
  const heard = machines
    .filter(({ isSilent }) => !isSilent)
    .flatMap(({ name }) => agents.get(name) ?? []);
  const timer = setInterval(() => {
    // A report may overtake it, and what is overtaken is refused: that is no matter.
    for (const agent of heard) agent.send(agent.message()).catch(() => {});
  }, EVERY_MS);
  return { agents, stop: () => clearInterval(timer) };
}
