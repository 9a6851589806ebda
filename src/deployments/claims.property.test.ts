import { randomBytes } from 'node:crypto';
import type { Client } from '@libsql/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ObservedInstance, SyncRequest } from '../../contract/agent-protocol.ts';
import { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import type { Inventory } from '../../contract/host.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { inventoryWith } from '../../test/support/fake-agent.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { LostRace } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { cordonHost, uncordonHost } from '../hosts/cordon.ts';
import { createEnrollmentToken } from '../hosts/create-enrollment-token.ts';
import { enroll } from '../hosts/enroll.ts';
import { platformAdministrator } from '../tenancy/actor.ts';
import type { Scope } from '../tenancy/scope.ts';
import { openVault } from '../tenancy/secrets/vault.ts';
import { changeDeployment, setStopped } from './change.ts';
import { readClockDuties } from './clock-duties.ts';
import { createDeployment } from './create.ts';
import { hostsFellSilent } from './hosts-fell-silent.ts';
import { reconcile } from './reconcile.ts';
import { forceRemoveDeployment, removeDeployment } from './remove.ts';
import { removeHost } from './remove-host.ts';
import { sync } from './sync.ts';

const gpuBytes = 100;
const orgId = 'org_default';

interface World {
  client: Client;
  database: Database;
  now: number;
  hosts: Host[];
}

/** A host that says what a test wants of what it was told. */
interface Host {
  id: string;
  secret: string;
  seq: number;
  held: { era: string | null; revision: number; launches: LaunchSpec[] };
  inventory: Inventory;
}

type Verb = (world: World) => Promise<unknown>;

const scopeOf = ({ database, now }: World): Scope => ({
  database,
  orgId,
  actor: platformAdministrator,
  author: 'test',
  now,
  receipt: () => [],
  audit: () => [],
});

async function addHost(world: World, gpus: number): Promise<void> {
  const { database, now } = world;
  const scope = scopeOf(world);
  const { token } = await createEnrollmentToken(scope, { uses: 1, expires_in_seconds: 3600 });
  const secret = `lsh_${randomBytes(32).toString('base64url')}`;
  const install = { install_id: randomBytes(12).toString('hex'), secret, name: 'box', labels: {} };
  const { host_id: id } = await enroll(database, token, install, now, {
    operation: 'enrollHost',
    requestId: 'req',
    address: null,
    userAgent: null,
  });
  const inventory = inventoryWith({
    memory_bytes: 40_000_000,
    port_range: { first: 1000, last: 1004 },
    gpus: Array.from({ length: gpus }, (_, index) => ({
      framework: 'cuda',
      index,
      uuid: `GPU-${index}`,
      name: 'GPU',
      memory_bytes: gpuBytes,
    })),
  });
  world.hosts.push({
    id,
    secret,
    seq: 0,
    held: { era: null, revision: 0, launches: [] },
    inventory,
  });
}

/** The host says what it runs; then it takes what the reply brings. */
async function tell(world: World, host: Host, instances: ObservedInstance[]): Promise<void> {
  host.seq += 1;
  const request: SyncRequest = {
    protocol: 1,
    agent_version: '0',
    epoch: 1,
    process_id: 'process-1',
    seq: host.seq,
    era: host.held.era,
    desired_revision: host.held.revision,
    has_link: true,
    observed_hash: String(host.seq),
    observed: { complete: true, inventory: host.inventory, instances },
  };
  const { reply, changed } = await sync(
    world.database,
    host.secret,
    request,
    world.now,
    openVault(undefined),
  );
  host.held.era = reply.era;
  if (reply.desired) host.held = { era: reply.era, ...reply.desired };
  for (const id of changed) await reconcile(world.database, id, world.now);
}

function reportOf(spec: LaunchSpec, state: ObservedInstance['state'], reason: string | null) {
  return {
    instance_id: spec.instance_id,
    generation: spec.generation,
    state,
    reason,
    message: '',
    restarts: 0,
    exit: null,
    container_id: null,
    started_age_ms: null,
    ready_age_ms: null,
  };
}

const specs = fc.record({
  image_name: fc.constantFrom('a', 'b'),
  replicas: fc.integer({ min: 0, max: 3 }),
  gpu: fc.option(
    fc.record(
      {
        count: fc.integer({ min: 0, max: 2 }),
        memory_bytes: fc.constantFrom(30, 60, 100),
      },
      { requiredKeys: ['count'] },
    ),
    { nil: undefined },
  ),
  memory_bytes: fc.constantFrom(undefined, 10_000_000, 25_000_000),
  placement: fc.constantFrom({ strategy: 'spread' }, { strategy: 'binpack' }),
});
const nameList = ['one', 'two', 'three', 'four'];
const names = fc.constantFrom(...nameList);
const hostAt = fc.nat();
const specOf = (name: string, change: unknown) =>
  DeploymentInput.parse({ name, run_command: 'serve', ...(change as object) });

function onHost(act: (world: World, host: Host) => Promise<unknown>) {
  return hostAt.map(
    (at): Verb =>
      async (world) => {
        const host = world.hosts[at % Math.max(1, world.hosts.length)];
        if (host) await act(world, host);
      },
  );
}

const verbs: fc.Arbitrary<Verb> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(names, specs).map(
      ([name, change]): Verb =>
        (world) =>
          createDeployment(scopeOf(world), specOf(name, change)),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(names, specs).map(
      ([name, change]): Verb =>
        (world) =>
          changeDeployment(scopeOf(world), name, () => ({
            spec: specOf(name, change),
            cause: 'change',
          })),
    ),
  },
  // The same needs: in place, where there is no room beside.
  {
    weight: 3,
    arbitrary: fc.tuple(names, fc.constantFrom('a', 'b')).map(
      ([name, image_name]): Verb =>
        (world) =>
          changeDeployment(scopeOf(world), name, ({ spec }) => ({
            spec: { ...spec, image_name },
            cause: 'change',
          })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(names, fc.boolean()).map(
      ([name, stopped]): Verb =>
        (world) =>
          setStopped(scopeOf(world), name, stopped),
    ),
  },
  {
    weight: 2,
    arbitrary: names.map(
      (name): Verb =>
        (world) =>
          removeDeployment(scopeOf(world), name, () => {}),
    ),
  },
  {
    weight: 1,
    arbitrary: names.map(
      (name): Verb =>
        (world) =>
          forceRemoveDeployment(scopeOf(world), name, () => {}),
    ),
  },
  // What it was told runs, fails for its port, or is gone.
  {
    weight: 6,
    arbitrary: onHost((world, host) =>
      tell(
        world,
        host,
        host.held.launches.map((spec) => reportOf(spec, 'running', null)),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: onHost((world, host) =>
      tell(
        world,
        host,
        host.held.launches.map((spec) => reportOf(spec, 'failed', 'port_in_use')),
      ),
    ),
  },
  { weight: 2, arbitrary: onHost((world, host) => tell(world, host, [])) },
  { weight: 1, arbitrary: onHost((world, { id }) => cordonHost(scopeOf(world), id)) },
  { weight: 1, arbitrary: onHost((world, { id }) => uncordonHost(scopeOf(world), id)) },
  {
    weight: 1,
    arbitrary: onHost((world, { id }) =>
      hostsFellSilent(world.database, orgId, [{ hostId: id, seenAt: world.now }], world.now),
    ),
  },
  {
    weight: 1,
    arbitrary: onHost(async (world, host) => {
      await removeHost(scopeOf(world), host.id, true);
      world.hosts = world.hosts.filter((one) => one !== host);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 2 }).map(
      (gpus): Verb =>
        async (world) => {
          if (world.hosts.length < 4) await addHost(world, gpus);
        },
    ),
  },
  // Time passes, and the clock looks at everything: hosts are kept, the lost are replaced.
  {
    weight: 3,
    arbitrary: fc.constantFrom(1_000, 200_000, 400_000).map(
      (ms): Verb =>
        async (world) => {
          world.now += ms;
          for (const { deploymentId } of (await readClockDuties(world.database)).unsettled) {
            await reconcile(world.database, deploymentId, world.now);
          }
        },
    ),
  },
);

/** Refusals and lost races are answers too; anything else is a fault. */
async function attempt(verb: Verb, world: World): Promise<void> {
  try {
    await verb(world);
  } catch (error) {
    if (!(error instanceof Failure || error instanceof LostRace)) throw error;
  }
}

/** What the tables must never say, whatever happened. The capacities are those that the hosts told. */
async function check({ client }: World): Promise<void> {
  const broken = async (what: string, sql: string) => {
    const { rows } = await client.execute(sql);
    expect(rows, what).toEqual([]);
  };
  await broken(
    'a GPU or port is held whole and by somebody else too',
    `SELECT host_id, resource FROM claims WHERE resource <> 'memory'
     GROUP BY host_id, resource HAVING sum(holder = '') > 1 OR (sum(holder = '') = 1 AND count(*) > 1)`,
  );
  await broken(
    'shares of a GPU are more than it has',
    `SELECT host_id, resource FROM claims WHERE resource LIKE 'gpu:%' AND holder <> ''
     GROUP BY host_id, resource HAVING sum(amount) > ${gpuBytes}`,
  );
  await broken(
    'more memory is promised than a host has',
    `SELECT c.host_id FROM claims c JOIN hosts h ON h.id = c.host_id WHERE c.resource = 'memory'
     GROUP BY c.host_id HAVING sum(c.amount) > min(json_extract(h.inventory, '$.memory_bytes'))`,
  );
  await broken(
    'a GPU or port is held that the host has not',
    `SELECT c.host_id, c.resource FROM claims c JOIN hosts h ON h.id = c.host_id
     WHERE CASE WHEN c.resource LIKE 'port:%'
       THEN CAST(substr(c.resource, 6) AS INTEGER) NOT BETWEEN 1000 AND 1004
       WHEN c.resource LIKE 'gpu:%'
       THEN NOT EXISTS (SELECT 1 FROM json_each(h.inventory, '$.gpus') g
         WHERE 'gpu:' || json_extract(g.value, '$.uuid') = c.resource) END`,
  );
  await broken(
    'a launch that shall run holds no port, or not the GPUs in its launch spec',
    `SELECT l.instance_id, l.generation FROM launches l WHERE l.removed_in IS NULL AND (
       NOT EXISTS (SELECT 1 FROM claims c WHERE c.host_id = l.host_id AND c.instance_id = l.instance_id
         AND c.resource = 'port:' || json_extract(l.spec, '$.port'))
       OR EXISTS (SELECT 1 FROM json_each(l.spec, '$.gpu.uuids') g WHERE NOT EXISTS (
         SELECT 1 FROM claims c WHERE c.host_id = l.host_id AND c.instance_id = l.instance_id
           AND c.resource = 'gpu:' || g.value)))`,
  );
  await broken(
    'an instance holds a claim on a host that has no launch of it',
    `SELECT c.host_id, c.resource FROM claims c JOIN instances i ON i.id = c.instance_id
       LEFT JOIN launches l ON l.host_id = c.host_id AND l.instance_id = c.instance_id
     WHERE l.instance_id IS NULL`,
  );
  await broken(
    'a host is kept for an instance that does not wait',
    `SELECT r.instance_id FROM reservations r JOIN instances i ON i.id = r.instance_id
     WHERE i.state <> 'pending'`,
  );
}

interface Holding {
  /** `host instance`: who is kept which host. */
  kept: string | null;
  /** `host instance gpu` */
  gpus: Set<string>;
}

async function holdingOf({ client }: World): Promise<Holding> {
  const [reservation] = (
    await client.execute(`SELECT host_id || ' ' || instance_id AS kept FROM reservations`)
  ).rows;
  const { rows } = await client.execute(
    `SELECT host_id || ' ' || instance_id || ' ' || resource AS held FROM claims WHERE resource LIKE 'gpu:%'`,
  );
  return {
    kept: reservation ? String(reservation.kept) : null,
    gpus: new Set(rows.map((row) => String(row.held))),
  };
}

/** Of a host that stayed kept for an instance nobody else got a GPU. */
function checkKept(before: Holding, after: Holding): void {
  if (before.kept === null || before.kept !== after.kept) return;
  const [hostId = ''] = before.kept.split(' ');
  const gained = [...after.gpus].filter((held) => !before.gpus.has(held));
  expect(gained.filter((held) => held.startsWith(`${hostId} `))).toEqual([]);
}

test('claims never exceed what a host has, whatever happens in whatever order and at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(specs, specs, specs),
      // Those in one group run side by side: each reads what the others are about to change.
      fc.array(fc.array(verbs, { minLength: 1, maxLength: 3, size: 'max' }), {
        minLength: 8,
        maxLength: 20,
        size: 'max',
      }),
      async (first, groups) => {
        const { client, database } = await newMemoryDatabase();
        await client.execute('PRAGMA foreign_keys = ON');
        const world: World = { client, database, now: 1_700_000_000_000, hosts: [] };
        await addHost(world, 2);
        await addHost(world, 1);
        for (const host of world.hosts) await tell(world, host, []);
        for (const [index, change] of first.entries()) {
          await createDeployment(scopeOf(world), specOf(nameList[index] ?? '', change));
        }
        let before = await holdingOf(world);
        for (const group of groups) {
          await Promise.all(group.map((verb) => attempt(verb, world)));
          await check(world);
          const after = await holdingOf(world);
          checkKept(before, after);
          before = after;
          world.now += 1_000;
        }
        // What was given up by force is held until its host, with its newest set, says that it is gone.
        for (const host of [...world.hosts, ...world.hosts]) await tell(world, host, []);
        const held = `SELECT resource FROM claims WHERE instance_id NOT IN (SELECT id FROM instances)`;
        expect((await client.execute(held)).rows).toEqual([]);
        client.close();
      },
    ),
    // Without shrinking, which takes longer than a test may: the seed and the path say which run it was.
    { seed: 20_260_131, numRuns: 12, endOnFailure: true },
  );
});
