import { expect, test } from 'vitest';
import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { Inventory } from '../../contract/host.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { type Client, newOrg } from '../support/client.ts';
import { changeDeployment, instancesOf, readDeployment } from '../support/deployment.ts';
import {
  cudaGpu,
  type FakeAgent,
  inventoryWith,
  newFakeAgent,
  observed,
} from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

const path = '/api/v1/deployments/model';

/** The host runs all that it is told to, until the deployment is up and rolls no more. */
async function settled(client: Client, agent: FakeAgent): Promise<Deployment> {
  return until('the deployment settles', async () => {
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    const deployment = await readDeployment(client);
    const { phase, rollout } = deployment.status;
    return phase === 'available' && rollout.state !== 'progressing' ? deployment : undefined;
  });
}

/** One replica on the one GPU that it asks for, of a host that has `gpus`. */
async function served(gpus: number) {
  const client = await newOrg();
  const inventory: Inventory = inventoryWith({
    gpus: Array.from({ length: gpus }, (_, at) => cudaGpu(at)),
  });
  const agent = await newFakeAgent(client, inventory);
  const body = { name: 'model', image_name: 'engine:1', gpu: { count: 1 } };
  expect((await client.call('POST', '/api/v1/deployments', body)).status).toBe(201);
  await settled(client, agent);
  return { client, agent, inventory };
}

function onlyOf(agent: FakeAgent): LaunchSpec {
  const [launch] = agent.launches;
  if (!launch || agent.launches.length > 1) throw new Error('one launch is wanted');
  return launch;
}

/** It has no container yet. */
const fetching = { container_id: null, started_age_ms: null };

/** The old container while it is kept for its successor. */
function kept(launch: LaunchSpec): ObservedInstance {
  return observed({ ...launch, generation: launch.generation - 1 }, 'stopping');
}

test('what is made anew in place serves until its old container is gone', async () => {
  const { client, agent } = await served(1);
  const endpoints = (await readDeployment(client)).status.endpoints;
  expect(endpoints).toHaveLength(1);
  const changed = await changeDeployment(client, { image_name: 'engine:2' });
  expect(changed.status).toMatchObject({ phase: 'available', ready_replicas: 1, endpoints });
  await agent.sync();
  const launch = onlyOf(agent);
  expect(launch.generation).toBe(2);
  for (const state of ['queued', 'pulling', 'restarting'] as const) {
    await agent.report([kept(launch), observed(launch, state, fetching)]);
    expect(await instancesOf(client)).toMatchObject([{ state, generation: 2 }]);
    expect((await readDeployment(client)).status).toMatchObject({ ready_replicas: 1, endpoints });
  }
  await agent.report([observed(launch, 'queued', fetching)]);
  expect((await readDeployment(client)).status).toMatchObject({ ready_replicas: 0, endpoints: [] });
  await agent.report([observed(launch, 'starting')]);
  expect((await readDeployment(client)).status.endpoints).toEqual([]);
  expect((await settled(client, agent)).status.endpoints).toEqual(endpoints);
});

test('what cannot be placed stops nothing, and a rollback to what runs replaces nothing', async () => {
  const { client, agent } = await served(1);
  const before = onlyOf(agent);
  await changeDeployment(client, {
    env: { A: '1' },
    placement: { host_labels: { room: 'mistyped' } },
  });
  await agent.report([observed(before, 'running')]);
  expect((await readDeployment(client)).status).toMatchObject({ ready_replicas: 1 });
  const [, waiting] = await instancesOf(client);
  expect(waiting).toMatchObject({
    state: 'pending',
    message: '1 host: 1 lacks the label room=mistyped',
  });
  await client.call('POST', `${path}/rollback`, { revision: 1 });
  const done = await settled(client, agent);
  expect(done).toMatchObject({ revision: 3, status: { rollout: { good_revision: 3 } } });
  expect(onlyOf(agent)).toEqual(before);
  expect(await instancesOf(client)).toMatchObject([{ generation: 1, state: 'running' }]);
});

test('one whose GPU is gone gets another one once it fails, also where the host says so later', async () => {
  const { client, agent, inventory } = await served(2);
  const before = onlyOf(agent);
  const lost = before.gpu?.uuids[0];
  inventory.gpus = inventory.gpus.filter(({ uuid }) => uuid !== lost);
  await agent.report([observed(before, 'running')]);
  expect(await instancesOf(client)).toMatchObject([{ id: before.instance_id, state: 'running' }]);
  await agent.report([observed(before, 'restarting', { restarts: 1, reason: 'start_failed' })]);
  const successor = await until('another GPU is granted', async () => {
    await agent.sync();
    return agent.launches.find(({ instance_id }) => instance_id !== before.instance_id);
  });
  expect(successor.gpu?.uuids).toEqual(inventory.gpus.map(({ uuid }) => uuid));
  await settled(client, agent);
});

test('one whose GPU is gone waits and says why where there is no other', async () => {
  const { client, agent, inventory } = await served(1);
  const before = onlyOf(agent);
  inventory.gpus = [];
  const broken = observed(before, 'failed', { ...fetching, reason: 'gpu_missing' });
  await agent.report([broken]);
  const waiting = await until('it waits', async () => {
    await agent.sync();
    await agent.report(agent.launches.map(() => broken));
    return (await instancesOf(client)).find(({ state }) => state === 'pending');
  });
  expect(waiting.message).toContain('1 has no GPU');
  inventory.gpus = [cudaGpu(0)];
  await settled(client, agent);
});
