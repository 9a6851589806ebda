import { createClient } from '@libsql/client/http';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Inventory } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { guard, LostRace, type Statement, write } from '../../src/db/batch.ts';
import { openDatabase } from '../../src/db/client.ts';
import { newMeter } from '../../src/db/meter.ts';
import {
  insertExclusiveClaim,
  insertSharedClaim,
  isUnshared,
  shareFits,
} from '../../src/hosts/store/claims.ts';
import { type Client, newOrg, type Reply } from '../support/client.ts';
import {
  type ControlPlanes,
  clientOverAll,
  startControlPlanes,
} from '../support/control-planes.ts';
import { definition } from '../support/definitions.ts';
import {
  cudaGpu,
  type FakeAgent,
  inventoryWith,
  newFakeAgent,
  observed,
} from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

/*
 * Claims, with three control planes on one database: calls of users and agents go to each in turn.
 */

const GiB = 1024 ** 3;
let planes: ControlPlanes;

beforeAll(async () => {
  planes = await startControlPlanes(2);
});
afterAll(() => planes.stop());

interface FakeHost {
  agent: FakeAgent;
  inventory: Inventory;
}

async function newFleet(inventories: Inventory[]): Promise<{ client: Client; hosts: FakeHost[] }> {
  const client = clientOverAll(planes, (await newOrg()).orgId);
  await client.call('POST', '/api/v1/backends', {
    ...definition(),
    version_configs: {
      cpu: { image_name: 'engine:cpu', custom_framework: 'cpu' },
      cuda: { image_name: 'engine:cuda', custom_framework: 'cuda' },
    },
  });
  const hosts: FakeHost[] = [];
  for (const inventory of inventories) {
    hosts.push({ agent: await newFakeAgent(client, inventory), inventory });
  }
  return { client, hosts };
}

/** Hosts do what they are told: what they shall run runs, the rest is gone. */
async function obey(hosts: readonly FakeHost[]): Promise<void> {
  await Promise.all(
    hosts.map(async ({ agent }) => {
      await agent.sync();
      await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    }),
  );
}

interface Claim {
  host: string;
  resource: string;
  holder: string;
  instance: string;
  amount: number;
}

/** As they stand in the database, on one reading. */
async function claimsOf({ orgId }: Client): Promise<Claim[]> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const { rows } = await createClient({ url, authToken }).execute({
    sql: `SELECT host_id, resource, holder, instance_id, amount FROM claims
      WHERE host_id IN (SELECT id FROM hosts WHERE org_id = ?)`,
    args: [orgId],
  });
  return rows.map((row) => ({
    host: String(row.host_id),
    resource: String(row.resource),
    holder: String(row.holder),
    instance: String(row.instance_id),
    amount: Number(row.amount),
  }));
}

interface Room {
  ports: number;
  memory: number;
  /** By UUID: bytes of each GPU that are free; 0 where one instance has it whole. */
  gpus: Map<string, { free: number; whole: boolean }>;
}

/** What a host has left. @throws where a claim is on something that it has not, or on more than is left of it */
function roomOn({ agent, inventory }: FakeHost, claims: readonly Claim[]): Room {
  const { first, last } = inventory.port_range;
  const room: Room = {
    ports: last - first + 1,
    memory: inventory.memory_bytes,
    gpus: new Map(
      inventory.gpus.map(({ uuid, memory_bytes }) => [uuid, { free: memory_bytes, whole: true }]),
    ),
  };
  const ports = new Set<string>();
  for (const claim of claims.filter(({ host }) => host === agent.hostId)) {
    const [kind, name = ''] = claim.resource.split(':');
    if (kind === 'port') {
      expect(Number(name)).toBeGreaterThanOrEqual(first);
      expect(Number(name)).toBeLessThanOrEqual(last);
      expect(ports, `port ${name} twice`).not.toContain(name);
      ports.add(name);
      room.ports -= 1;
    } else if (kind === 'memory') {
      room.memory -= claim.amount;
    } else {
      const gpu = room.gpus.get(name);
      if (!gpu) throw new Error(`a claim on ${claim.resource}, which the host has not`);
      // Nobody has all of a GPU of which somebody has a part.
      if (claim.holder === '') expect(gpu.whole, `${name} granted twice`).toBe(true);
      gpu.free -= claim.holder === '' ? gpu.free : claim.amount;
      gpu.whole = false;
      expect(gpu.free).toBeGreaterThanOrEqual(0);
    }
  }
  expect(room.memory).toBeGreaterThanOrEqual(0);
  return room;
}

function hasRoom(room: Room, { gpu, memory_bytes = 0 }: Deployment): boolean {
  const count = gpu?.count ?? 0;
  const share = gpu?.memory_bytes;
  const free = [...room.gpus.values()].filter((one) =>
    share == null ? one.whole : one.free >= share,
  );
  return room.ports > 0 && room.memory >= memory_bytes && free.length >= count;
}

async function listAll<Item>(client: Client, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Reply<{ items: Item[]; next_cursor: string | null }> = await client.call<{
      items: Item[];
      next_cursor: string | null;
    }>('GET', `${path}?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`);
    // A deployment may go between the list and the reading of its instances.
    if (page.status === 404) return [];
    expect(page.status).toBe(200);
    items.push(...page.body.items);
    cursor = page.body.next_cursor;
  }
  return items;
}

interface Fleet {
  deployments: Map<string, Deployment>;
  instances: Instance[];
}

async function readFleet(client: Client): Promise<Fleet> {
  const deployments = await listAll<Deployment>(client, '/api/v1/deployments');
  const instances = await Promise.all(
    deployments.map(({ name }) =>
      listAll<Instance>(client, `/api/v1/deployments/${name}/instances`),
    ),
  );
  return {
    deployments: new Map(deployments.map((one) => [one.name, one])),
    instances: instances.flat(),
  };
}

/**
 * Waits until nothing moves: every instance runs or waits, each deployment has the replicas that it asks for, and what
 * waits has no room anywhere and says why. Claims are checked all the while.
 */
async function settled(client: Client, hosts: readonly FakeHost[]): Promise<Fleet> {
  return until(
    'all that has room is placed, and the rest waits',
    async () => {
      await obey(hosts);
      const before = await claimsOf(client);
      const rooms = hosts.map((host) => roomOn(host, before));
      const fleet = await readFleet(client);
      const quiet = fleet.instances.every(
        ({ state }) => state === 'running' || state === 'pending',
      );
      const complete = [...fleet.deployments.values()].every(
        ({ name, replicas }) =>
          fleet.instances.filter(({ deployment }) => deployment === name).length === replicas,
      );
      const waiting = fleet.instances.filter(({ state }) => state === 'pending');
      const idle = waiting.some(({ deployment: name }) => {
        const deployment = fleet.deployments.get(name);
        return deployment && rooms.some((room) => hasRoom(room, deployment));
      });
      const explained = waiting.every(({ message }) => /^\d+ hosts?: /.test(message));
      return quiet && complete && !idle && explained ? fleet : undefined;
    },
    // What a call between two planners lost is found by the clock within a minute.
    100_000,
  );
}

/** Each running instance has its port, its GPUs and its memory, and nobody else holds anything. */
async function expectClaimsMatch(client: Client, { deployments, instances }: Fleet): Promise<void> {
  const claims = await claimsOf(client);
  const running = instances.filter(({ state }) => state === 'running');
  expect(new Set(claims.map(({ instance }) => instance))).toEqual(
    new Set(running.map(({ id }) => id)),
  );
  for (const { id, deployment, url, gpu } of running) {
    const { gpu: wanted, memory_bytes } = deployments.get(deployment) ?? {};
    const held = claims.filter(({ instance }) => instance === id);
    const resources = held.map(({ resource }) => resource).sort();
    const expected = [
      `port:${new URL(url ?? '').port}`,
      ...(gpu?.uuids ?? []).map((uuid) => `gpu:${uuid}`),
      ...(memory_bytes === undefined ? [] : ['memory']),
    ];
    expect(resources).toEqual(expected.sort());
    expect(gpu?.uuids ?? []).toHaveLength(wanted?.count ?? 0);
  }
}

test('a host that many ask for at once is granted as often as it has GPUs, and everybody else is told why not', async () => {
  const gpus = Array.from({ length: 4 }, (_, index) => cudaGpu(index));
  const { client, hosts } = await newFleet([inventoryWith({ gpus })]);
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      client.call('POST', '/api/v1/deployments', {
        name: `model-${index}`,
        backend_name: 'engine',
        gpu: { count: 1 },
      }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(24).fill(201));
  const fleet = await settled(client, hosts);
  const running = fleet.instances.filter(({ state }) => state === 'running');
  expect(new Set(running.flatMap(({ gpu }) => gpu?.uuids ?? [])).size).toBe(4);
  expect(running).toHaveLength(4);
  const reasons = fleet.instances
    .filter(({ state }) => state === 'pending')
    .map((one) => one.message);
  expect(new Set(reasons)).toEqual(new Set(['1 host: 1 has 0 of 1 GPUs free']));
  await expectClaimsMatch(client, fleet);
}, 120_000);

test('as many ports are granted at once as a host has, each to one', async () => {
  const inventory = inventoryWith({ port_range: { first: 30_000, last: 30_014 } });
  const { client, hosts } = await newFleet([inventory]);
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      client.call('POST', '/api/v1/deployments', {
        name: `model-${index}`,
        backend_name: 'engine',
        gpu: { count: 0 },
      }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(24).fill(201));
  const fleet = await settled(client, hosts);
  const running = fleet.instances.filter(({ state }) => state === 'running');
  expect(new Set(running.map(({ url }) => url)).size).toBe(15);
  expect(running).toHaveLength(15);
  await expectClaimsMatch(client, fleet);
}, 120_000);

/*
 * Two placements on one host mostly meet at their port, the lowest that is free, before they meet at anything else. When
 * a port was freed between their readings they do not: then the sums alone decide. Here they do, with no port at all.
 */
test('shares and whole grants of one GPU that are written at once never add up to more than it has', async () => {
  const { client, hosts } = await newFleet([inventoryWith()]);
  const hostId = hosts[0]?.agent.hostId ?? '';
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const tryToClaim = async (resource: string, index: number, amount: number | 'whole') => {
    const database = openDatabase({ url, authToken, meter: newMeter() });
    const claim = { hostId, resource, instanceId: `ins_${index}`, generation: 1 };
    const statements: Statement[] =
      amount === 'whole'
        ? [
            guard(database, isUnshared(hostId, resource)),
            { query: insertExclusiveClaim(database, claim) },
          ]
        : [
            guard(database, shareFits({ ...claim, amount }, 100)),
            { query: insertSharedClaim(database, { ...claim, amount }) },
          ];
    try {
      await write(database, statements);
    } catch (error) {
      if (!(error instanceof LostRace)) throw error;
    }
  };
  for (let round = 0; round < 10; round += 1) {
    const shared = `gpu:shared-${round}`;
    const mixed = `gpu:mixed-${round}`;
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await tryToClaim(shared, index, 30);
        await tryToClaim(mixed, index, index % 2 === 0 ? 'whole' : 30);
      }),
    );
    const claims = await claimsOf(client);
    const amounts = claims.filter(({ resource }) => resource === shared).map((one) => one.amount);
    expect(amounts).toEqual([30, 30, 30]);
    const onMixed = claims.filter(({ resource }) => resource === mixed);
    const wholes = onMixed.filter(({ holder }) => holder === '').length;
    expect([wholes, onMixed.length - wholes]).toEqual(wholes === 1 ? [1, 0] : [0, 3]);
  }
}, 120_000);

/** What is asked for in the crowd: whole GPUs, shares of them, memory, and several replicas of each. */
const kinds: Record<string, unknown>[] = [
  { gpu: { count: 1 } },
  { gpu: { count: 1, memory_bytes: 30e9 }, replicas: 2 },
  { gpu: { count: 0 }, memory_bytes: 12 * GiB },
  { gpu: { count: 2 } },
  { gpu: { count: 1, memory_bytes: 50e9 }, memory_bytes: 8 * GiB },
  { gpu: { count: 0 }, replicas: 3, placement: { strategy: 'binpack' } },
];

test('a crowd that deploys, scales and deletes at once gets what there is, never more, and all of it again when it is freed', async () => {
  const gpusOf = (count: number) => Array.from({ length: count }, (_, index) => cudaGpu(index));
  const { client, hosts } = await newFleet([
    inventoryWith({ gpus: gpusOf(4), memory_bytes: 48 * GiB }),
    inventoryWith({ gpus: gpusOf(2), port_range: { first: 31_000, last: 31_004 } }),
    inventoryWith({ memory_bytes: 16 * GiB, port_range: { first: 32_000, last: 32_005 } }),
  ]);
  const statuses: number[] = [];
  const call = async (method: string, path: string, body?: unknown, headers = {}) => {
    const reply = await client.call<Deployment>(method, path, body, { headers });
    statuses.push(reply.status);
    return reply;
  };
  const deploy = async (name: string, index: number) => {
    const body = { name, backend_name: 'engine', ...kinds[index % kinds.length] };
    expect((await call('POST', '/api/v1/deployments', body)).status).toBe(201);
  };
  for (let index = 0; index < kinds.length; index += 1) await deploy(`early-${index}`, index);
  await settled(client, hosts);

  const person = async (index: number) => {
    const path = `/api/v1/deployments/model-${index}`;
    await deploy(`model-${index}`, index);
    // What runs gives way while the crowd is at it.
    if (index % 10 === 0) await call('DELETE', `/api/v1/deployments/early-${index / 10}`);
    if (index % 4 === 1) await call('DELETE', path);
    if (index % 4 === 2) {
      await call('PATCH', path, { replicas: 1 + (index % 3) }, { 'if-match': '"1"' });
    }
  };
  let busy = true;
  const everybody = Promise.all(Array.from({ length: 60 }, (_, index) => person(index))).finally(
    () => {
      busy = false;
    },
  );
  while (busy) {
    await obey(hosts);
    const claims = await claimsOf(client);
    for (const host of hosts) roomOn(host, claims);
  }
  await everybody;
  expect(statuses.filter((status) => ![200, 201, 202, 204].includes(status))).toEqual([]);

  const fleet = await settled(client, hosts);
  expect(fleet.deployments.size).toBe(45);
  await expectClaimsMatch(client, fleet);

  // Whoever runs leaves: those that wait get all that there was.
  const leaving = new Set(
    fleet.instances.filter(({ state }) => state === 'running').map((one) => one.deployment),
  );
  await Promise.all([...leaving].map((name) => call('DELETE', `/api/v1/deployments/${name}`)));
  const after = await settled(client, hosts);
  expect(after.deployments.size).toBe(45 - leaving.size);
  expect(after.instances.some(({ state }) => state === 'running')).toBe(true);
  await expectClaimsMatch(client, after);

  await Promise.all(
    [...after.deployments.keys()].map((name) => call('DELETE', `/api/v1/deployments/${name}`)),
  );
  await until(
    'nothing is left',
    async () => {
      await obey(hosts);
      return (
        (await readFleet(client)).deployments.size === 0 && (await claimsOf(client)).length === 0
      );
    },
    100_000,
  );
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
}, 300_000);
