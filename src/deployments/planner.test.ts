import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { inventoryWith } from '../../test/support/fake-agent.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { hosts } from '../db/schema.ts';
import { createDeployment } from './create.ts';
import { createPlanner } from './planner.ts';
import type { Step } from './steps.ts';

const orgId = 'org_default';
const gpu = { framework: 'cuda', index: 0, name: 'GPU', memory_bytes: 100 };

/** Deployments that each want a GPU and found no host; the hosts come when they are added. */
async function waitingForHosts(names: readonly string[]) {
  const { client, database } = await newMemoryDatabase();
  let now = 1_000_000;
  for (const name of names) {
    const image = { name, image_name: 'i', run_command: 'serve' };
    const input = DeploymentInput.parse({ ...image, gpu: { count: 1 } });
    now += 1;
    await createDeployment({ database, orgId, author: 'test', now, receipt: () => [] }, input);
  }
  let hostReadings = 0;
  const batch = client.batch.bind(client);
  client.batch = (statements, mode) => {
    hostReadings += statements.filter((one) =>
      /"sql":"select .*reservations/.test(JSON.stringify(one)),
    ).length;
    return batch(statements, mode);
  };
  const steps: Step[] = [];
  const planner = createPlanner({
    orgId,
    openDatabase: () => database,
    now: () => now,
    done: async (step) => {
      steps.push(...step.steps);
    },
  });
  return {
    database,
    addHost: async (id: string) => {
      const inventory = inventoryWith({ gpus: [{ ...gpu, uuid: `GPU-${id}` }] });
      const row = { id, orgId, name: id, labels: {}, installId: id, secretHash: id, hub: 0 };
      const times = { statusChangedAt: 0, createdAt: 0 };
      await database.insert(hosts).values({ ...row, ...times, inventory, status: 'online' });
    },
    laterBy: (ms: number) => {
      now += ms;
    },
    beginLine: () => planner.waiting(),
    /** How many readings of the hosts their turns took, and how many of them were placed. */
    giveTurns: async (line: readonly string[], inLine = true) => {
      hostReadings = 0;
      steps.length = 0;
      for (const id of line) await planner.reconcile(id, { inLine });
      return { hostReadings, placed: steps.filter(({ kind }) => kind === 'launch').length };
    },
  };
}

test('those in line share one reading of the hosts while none of them finds room', async () => {
  const { addHost, beginLine, giveTurns } = await waitingForHosts(['a', 'b', 'c', 'd']);
  const line = await beginLine();
  expect(line).toHaveLength(4);
  expect(await giveTurns(line)).toEqual({ hostReadings: 1, placed: 0 });
  await addHost('one');
  // Read for the line, and again after the oldest of them took the host.
  expect(await giveTurns(await beginLine())).toEqual({ hostReadings: 2, placed: 1 });
});

test('out of line each reads the hosts as they are', async () => {
  const { addHost, beginLine, giveTurns } = await waitingForHosts(['a', 'b', 'c']);
  const line = await beginLine();
  await giveTurns(line);
  for (const id of ['one', 'two', 'three']) await addHost(id);
  expect(await giveTurns(line, false)).toEqual({ hostReadings: 3, placed: 3 });
});

test('a reading is not used for long', async () => {
  const { addHost, beginLine, giveTurns, laterBy } = await waitingForHosts(['a', 'b']);
  const line = await beginLine();
  expect(await giveTurns(line)).toEqual({ hostReadings: 1, placed: 0 });
  await addHost('one');
  expect(await giveTurns(line)).toEqual({ hostReadings: 0, placed: 0 });
  laterBy(5_000);
  expect(await giveTurns(line)).toEqual({ hostReadings: 2, placed: 1 });
});
