import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { inventoryWith } from '../../test/support/fake-agent.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { hosts } from '../db/schema/index.ts';
import { platformAdministrator } from '../tenancy/actor.ts';
import { changeDeployment } from './change.ts';
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
    await createDeployment(
      {
        database,
        orgId,
        actor: platformAdministrator,
        author: 'test',
        now,
        receipt: () => [],
        audit: () => [],
      },
      input,
    );
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
    client,
    database,
    at: () => ({
      database,
      orgId,
      actor: platformAdministrator,
      author: 'test',
      now,
      receipt: () => [],
      audit: () => [],
    }),
    kinds: () => steps.map(({ kind }) => kind),
    addHost: async (id: string, gpus = [{ ...gpu, uuid: `GPU-${id}` }]) => {
      const inventory = inventoryWith({ gpus });
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

test('nothing is stopped for room that was there when another read the hosts', async () => {
  const org = await waitingForHosts([]);
  const asking = (name: string, count: number) =>
    DeploymentInput.parse({ name, image_name: 'i', run_command: 'serve', gpu: { count } });
  const gpus = [0, 1].map((index) => ({ ...gpu, index, uuid: `GPU-${index}` }));
  await org.addHost('box', gpus);
  const changing = (await createDeployment(org.at(), asking('changing', 1))).deploymentId;
  const beside = (await createDeployment(org.at(), asking('beside', 1))).deploymentId;
  const older = (await createDeployment(org.at(), asking('older', 2))).deploymentId;
  await org.client.execute(
    "UPDATE instances SET state = 'running', container_id = id, ready_at = 5 WHERE host_id IS NOT NULL",
  );
  await org.giveTurns([changing, beside], false);
  await changeDeployment(org.at(), 'changing', () => ({
    cause: 'change',
    spec: asking('changing', 2),
  }));
  for (const table of ['claims', 'launches']) {
    await org.client.execute(
      `DELETE FROM ${table} WHERE instance_id IN (SELECT id FROM instances WHERE deployment_id = '${beside}')`,
    );
  }
  await org.client.execute(`DELETE FROM instances WHERE deployment_id = '${beside}'`);
  await org.client.execute(`DELETE FROM deployments WHERE id = '${beside}'`);
  await org.beginLine();
  await org.giveTurns([older]);
  // It takes what has come free before the other has its turn.
  await createDeployment(org.at(), asking('newest', 1));
  await org.giveTurns([changing]);
  expect(org.kinds()).not.toContain('stop');
});
