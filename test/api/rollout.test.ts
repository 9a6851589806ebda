import { describe, expect, test } from 'vitest';
import type { Deployment, DeploymentRevision } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import {
  type Fate,
  instancesOf,
  obey,
  patchDeployment,
  readDeployment,
} from '../support/deployment.ts';
import {
  cudaGpu,
  type FakeAgent,
  inventoryWith,
  newFakeAgent,
  observed,
} from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

const path = '/api/v1/deployments/model';

/** Obeys until the rollout of the newest revision has come to its end. */
async function rolledOut(client: Client, agent: FakeAgent, fate?: Fate): Promise<Deployment> {
  return until('the rollout ends', async () => {
    await obey(agent, fate);
    const deployment = await readDeployment(client);
    const leaving = (await instancesOf(client)).some(({ state }) => state.startsWith('stop'));
    const { phase, rollout } = deployment.status;
    const settled = ['available', 'stopped'].includes(phase) && rollout.state !== 'progressing';
    return settled && !leaving ? deployment : undefined;
  });
}

/** There is no image `nothing:1`, however often it is tried. */
const withoutNothing: Fate = (launch) =>
  launch.image === 'nothing:1'
    ? observed(launch, 'failed', { reason: 'image_not_found', message: 'no nothing:1' })
    : observed(launch, 'running');

async function served(change: Record<string, unknown> = {}, gpus = 0) {
  const client = await newOrg();
  const versions = {
    '1.0': { image_name: 'engine:1.0', custom_framework: gpus > 0 ? 'cuda' : 'cpu' },
  };
  await client.call('POST', '/api/v1/backends', definition({ version_configs: versions }));
  const inventory = inventoryWith({ gpus: Array.from({ length: gpus }, (_, at) => cudaGpu(at)) });
  const agent = await newFakeAgent(client, inventory);
  const body = { name: 'model', backend_name: 'engine', ...change };
  expect((await client.call('POST', '/api/v1/deployments', body)).status).toBe(201);
  await rolledOut(client, agent);
  return { client, agent };
}

describe('a change of a running deployment', () => {
  test('scales without touching what runs', async () => {
    const { client, agent } = await served();
    const [first] = await instancesOf(client);
    await patchDeployment(client, { replicas: 3 });
    await rolledOut(client, agent);
    expect((await instancesOf(client)).map(({ id }) => id)).toContain(first?.id);
    expect(await readDeployment(client)).toMatchObject({
      revision: 2,
      status: { ready_replicas: 3 },
    });
    await patchDeployment(client, { replicas: 1 });
    await rolledOut(client, agent);
    expect(await instancesOf(client)).toMatchObject([{ deployment_revision: 1 }]);
  });

  test('starts a new instance first where there is room, and never serves with fewer', async () => {
    const { client, agent } = await served({ replicas: 2 });
    await patchDeployment(client, { env: { A: 'b' } });
    await agent.sync();
    expect(agent.launches).toHaveLength(3);
    expect((await readDeployment(client)).status).toMatchObject({
      phase: 'available',
      rollout: { state: 'progressing', good_revision: 1 },
    });
    const done = await rolledOut(client, agent);
    expect(done.status).toMatchObject({
      ready_replicas: 2,
      rollout: { state: 'complete', updated_replicas: 2, good_revision: 2 },
    });
    expect(agent.launches.map(({ env }) => env.A)).toEqual(['b', 'b']);
    const { body } = await client.call<{ items: Event[] }>(
      'GET',
      '/api/v1/deployments/model/events',
    );
    const stops = body.items.filter(({ type }) => type === 'stopping');
    const successors = stops.map(
      ({ message }) => /^(\S+) \(revision 2\) is ready/.exec(message)?.[1],
    );
    const now = (await instancesOf(client)).map(({ id }) => id);
    expect(successors.sort()).toEqual(now.sort());
    expect(body.items.filter(({ type }) => type === 'stopped')).toHaveLength(2);
  });

  test('goes in place where the GPUs are all taken: the same claims, the next generation', async () => {
    const { client, agent } = await served({}, 1);
    await patchDeployment(client, { env: { A: 'b' } });
    await agent.sync();
    expect(agent.launches).toMatchObject([{ generation: 2, gpu: { uuids: ['GPU-0'] } }]);
    const done = await rolledOut(client, agent);
    expect(done.status.rollout).toMatchObject({ state: 'complete', good_revision: 2 });
  });

  test('that does not come up is given up: what works serves on, and the API says why', async () => {
    const { client, agent } = await served({ replicas: 2 });
    await patchDeployment(client, { image_name: 'nothing:1' });
    const done = await rolledOut(client, agent, withoutNothing);
    expect(done.status).toMatchObject({
      phase: 'available',
      ready_replicas: 2,
      rollout: { state: 'failed', good_revision: 1 },
    });
    expect(done.status.rollout.message).toContain('no nothing:1');
    expect(agent.launches.map(({ image }) => image)).toEqual(['engine:1.0', 'engine:1.0']);
  });

  test('that fails in place returns to the good revision on the same claims', async () => {
    const { client, agent } = await served({}, 1);
    await patchDeployment(client, { image_name: 'nothing:1' });
    await agent.sync();
    const [launch] = agent.launches;
    expect(launch).toMatchObject({ generation: 2, image: 'nothing:1' });
    const done = await rolledOut(client, agent, withoutNothing);
    expect(done.status).toMatchObject({ phase: 'available', rollout: { state: 'failed' } });
    expect(agent.launches).toMatchObject([
      { generation: 3, image: 'engine:1.0', gpu: { uuids: ['GPU-0'] } },
    ]);
  });

  test('is rolled back to any revision, and its history says who changed what', async () => {
    const { client, agent } = await served();
    await patchDeployment(client, { env: { A: 'b' } });
    await rolledOut(client, agent);
    const { body } = await client.call<Deployment>('POST', `${path}/rollback`, { revision: 1 });
    expect(body).toMatchObject({ revision: 3 });
    await rolledOut(client, agent);
    expect(agent.launches.map(({ env }) => env.A)).toEqual([undefined]);
    const history = await client.call<{ items: DeploymentRevision[] }>('GET', `${path}/revisions`);
    expect(history.body.items).toMatchObject([
      { revision: 3, cause: 'rollback', changes: [{ pointer: '/env', change: 'removed' }] },
      { revision: 2, cause: 'change', changes: [{ pointer: '/env', after: { A: 'b' } }] },
      { revision: 1, cause: 'create', changes: [] },
    ]);
    const missing = await client.call('POST', `${path}/rollback`, { revision: 9 });
    expect(missing.status).toBe(404);
  });

  test('restart makes all instances anew; stop and start keep the deployment', async () => {
    const { client, agent } = await served();
    const [before] = await instancesOf(client);
    await client.call('POST', `${path}/restart`);
    await rolledOut(client, agent);
    const [after] = await instancesOf(client);
    expect(after?.id).not.toBe(before?.id);
    const elder = { headers: { 'if-match': '"99"' } };
    expect((await client.call('POST', `${path}/stop`, undefined, elder)).status).toBe(412);
    expect((await client.call('POST', `${path}/start`, undefined, elder)).status).toBe(412);
    expect((await client.call<Deployment>('POST', `${path}/stop`)).body.status.phase).toBe(
      'stopped',
    );
    await rolledOut(client, agent);
    expect(await instancesOf(client)).toEqual([]);
    await client.call('POST', `${path}/start`);
    expect((await rolledOut(client, agent)).status.ready_replicas).toBe(1);
  });

  test('is refused as making one is, without the revision it is based on, and under another name', async () => {
    const { client } = await served();
    expect((await client.call('PATCH', path, { replicas: 2 })).status).toBe(428);
    expect((await patchDeployment(client, { backend_version: '9' })).body).toMatchObject({
      code: 'unknown_version',
    });
    expect((await patchDeployment(client, { name: 'other' })).status).toBe(400);
    expect((await patchDeployment(client, { replicas: 1 })).body.revision).toBe(1);
  });
});

test('a deployment on a host that never answers is given up with force', async () => {
  const { client } = await served();
  expect((await client.call('DELETE', path)).status).toBe(202);
  expect((await readDeployment(client)).status.phase).toBe('deleting');
  expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
  expect((await client.call('GET', path)).status).toBe(404);
});

test('what a forced deletion leaves on a host holds its GPU until the host says that it is gone', async () => {
  const { client, agent } = await served({}, 1);
  const [left] = agent.launches;
  if (!left) throw new Error('the host was given nothing');
  expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
  const body = { name: 'next', backend_name: 'engine' };
  const next = await client.call<Deployment>('POST', '/api/v1/deployments', body);
  expect(next.body.status).toMatchObject({ phase: 'pending' });
  // It holds the new set, and its container runs on.
  await agent.sync();
  await agent.report([observed(left, 'stopping')]);
  const held = await client.call('GET', `/api/v1/hosts/${agent.hostId}`);
  expect(JSON.stringify(held.body.claims)).toContain(left.gpu?.uuids[0]);
  await agent.report([]);
  await until('the next one is placed', async () => {
    await agent.sync();
    return agent.launches.some(({ deployment }) => deployment.name === 'next');
  });
});

describe('a host that is drained', () => {
  test('keeps what it serves until that is good elsewhere, and is empty then', async () => {
    const { client, agent } = await served({ replicas: 2 });
    const other = await newFakeAgent(client);
    await client.call('POST', `/api/v1/hosts/${agent.hostId}/drain`);
    await until('the other host has both', async () => {
      await obey(agent);
      await other.sync();
      await other.report(other.launches.map((launch) => observed(launch, 'running')));
      // Never fewer than are wanted.
      expect((await readDeployment(client)).status.ready_replicas).toBeGreaterThanOrEqual(2);
      return other.launches.length === 2 && agent.launches.length === 0;
    });
    await until('nothing is held for it', async () => {
      await obey(agent);
      const { body } = await client.call('GET', `/api/v1/hosts/${agent.hostId}`);
      return JSON.stringify([body.launches, body.claims]) === '[[],[]]';
    });
  });

  test('keeps what has no place elsewhere, and the API says that it waits', async () => {
    const { client, agent } = await served();
    const [before] = agent.launches;
    await client.call('POST', `/api/v1/hosts/${agent.hostId}/drain`);
    const waiting = await until('one waits for another place', async () =>
      (await instancesOf(client)).find(({ state }) => state === 'pending'),
    );
    expect(waiting.message).toContain('1 is cordoned');
    await obey(agent);
    expect(agent.launches).toEqual([before]);
    // A host that comes, and takes it over.
    const other = await newFakeAgent(client);
    await until('it has moved', async () => {
      await other.sync();
      await other.report(other.launches.map((launch) => observed(launch, 'running')));
      await obey(agent);
      return other.launches.length === 1 && agent.launches.length === 0;
    });
  });

  test('does not begin anew what it is still starting', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    const body = { name: 'model', backend_name: 'engine' };
    await client.call('POST', '/api/v1/deployments', body);
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'starting')));
    for (let asked = 0; asked < 3; asked += 1) {
      await client.call('POST', `/api/v1/hosts/${agent.hostId}/drain`);
      await until('it was planned', async () => (await instancesOf(client)).length === 2);
    }
    await agent.sync();
    expect(agent.launches).toMatchObject([{ generation: 1 }]);
  });
});
