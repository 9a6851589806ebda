import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { LostRace, write } from '../db/batch.ts';
import { gpuOf, hostView } from '../placement/testing.ts';
import { gpuAndMemoryClaims, portClaim } from './claim.ts';
import { newDeployment, newWorld } from './model.ts';
import { newPlacer } from './placer.ts';

const [firstPort, lastPort] = [100, 160];
const host = hostView('host', {
  gpus: [gpuOf(0), gpuOf(1)],
  ports: { first: firstPort, last: lastPort },
  memoryBytes: 40_000_000,
});

/** What is asked of the host. The port is of its own, so that nothing but what is tested can refuse it. */
const asks: fc.Arbitrary<Ask> = fc.record({
  gpu: fc.constantFrom(
    undefined,
    ...[1, 2].flatMap((count) => [
      { count },
      ...[30, 50, 80].map((memory_bytes) => ({ count, memory_bytes })),
    ]),
  ),
  memory_bytes: fc.constantFrom(undefined, 10_000_000, 25_000_000),
  /** Instead: what was granted as the n-th is given back. */
  gives: fc.option(fc.nat(9), { nil: null }),
});
interface Ask {
  gpu?: { count: number; memory_bytes?: number } | undefined;
  memory_bytes?: number | undefined;
  gives: number | null;
}

/** Whether it fits beside what is granted: the rule in other words than SQL. */
function fits(ask: Ask, granted: readonly Ask[]): boolean {
  const memory = [...granted, ask].reduce((sum, { memory_bytes = 0 }) => sum + memory_bytes, 0);
  if (memory > host.memoryBytes) return false;
  return host.gpus.slice(0, ask.gpu?.count ?? 0).every((gpu, index) => {
    const holders = granted.filter(({ gpu: held }) => (held?.count ?? 0) > index);
    const shares = [...holders, ask].map(({ gpu: held }) => held?.memory_bytes);
    const isShared = shares.every((share) => share !== undefined);
    const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0);
    return holders.length === 0 || (isShared && sum <= gpu.memory_bytes);
  });
}

test('claims made from a stale view are granted when they fit beside the others, and never else', async () => {
  const { client, database } = await newMemoryDatabase();
  await client.execute(`INSERT INTO hosts (id, org_id, name, labels, install_id, secret_hash, hub, status,
    status_changed_at, created_at) VALUES ('host', 'org_default', 'box', '{}', 'i', 's', 0, 'online', 0, 0)`);

  async function claim(ask: Ask, id: string, port: number): Promise<boolean> {
    const { gives: _, ...change } = ask;
    const image = { name: 'model', image_name: 'i', run_command: 'serve' };
    const record = newDeployment(
      'dep',
      'org_default',
      DeploymentInput.parse({ ...image, ...change }),
      0,
    );
    // Each sees the host as if nobody were on it.
    const view = { ...host, ports: { first: port, last: port } };
    const world = newWorld(record, { backend: null, hosts: [view], secretNames: new Set() }, 0);
    const step = newPlacer(world).create(id);
    if (step.kind !== 'create' || !step.launch) throw new Error('an empty host refused it');
    const statements = [
      ...gpuAndMemoryClaims(database, world, id, 1, step.launch),
      ...portClaim(database, id, 1, step.launch),
    ];
    return write(database, statements).then(
      () => true,
      (error) => {
        if (error instanceof LostRace) return false;
        throw error;
      },
    );
  }

  await fc.assert(
    fc.asyncProperty(fc.array(asks, { maxLength: 25 }), async (list) => {
      await client.execute('DELETE FROM claims');
      const granted = new Map<string, Ask>();
      for (const [index, ask] of list.entries()) {
        const id = `ins_${index}`;
        const given = ask.gives === null ? undefined : [...granted.keys()][ask.gives];
        if (given !== undefined) {
          await client.execute({ sql: 'DELETE FROM claims WHERE instance_id = ?', args: [given] });
          granted.delete(given);
          continue;
        }
        const expected = fits(ask, [...granted.values()]);
        expect(await claim(ask, id, firstPort + index)).toBe(expected);
        if (expected) granted.set(id, ask);
      }
    }),
    { seed: 20_260_131, numRuns: 60 },
  );
  client.close();
});
