import { createClient } from '@libsql/client/http';
import { describe, expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { HostDetail, Inventory } from '../../contract/host.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { changeDeployment, instancesOf, obey } from '../support/deployment.ts';
import { cudaGpu, type FakeAgent, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

async function orgWith(version: Record<string, unknown>): Promise<Client> {
  const client = await newOrg();
  const version_configs = { '1.0': { image_name: 'engine:1.0', ...version } };
  await client.call('POST', '/api/v1/backends', definition({ version_configs }));
  return client;
}

async function deploy(client: Client, name: string, change: Record<string, unknown> = {}) {
  const input = { name, backend_name: 'engine', ...change };
  const reply = await client.call<Deployment>('POST', '/api/v1/deployments', input);
  expect(reply.status).toBe(201);
  return reply.body;
}

/** The deployment is deleted, and its host has nothing of it any more. */
async function end(client: Client, agent: FakeAgent, name: string): Promise<void> {
  await client.call('DELETE', `/api/v1/deployments/${name}`);
  await obey(agent);
}

async function tell(agent: FakeAgent, change: Partial<Inventory>): Promise<void> {
  const observation = { complete: true, inventory: inventoryWith(change), instances: [] };
  await agent.sync({ observed_hash: JSON.stringify(change), observed: observation });
}

async function isPlaced(client: Client, name: string): Promise<boolean> {
  const instances = await instancesOf(client, name);
  return instances.length > 0 && instances.every(({ host_id }) => host_id !== null);
}

describe('where an instance goes', () => {
  test('not to a host of another architecture, and both the instance and a preview say so', async () => {
    const client = await orgWith({ custom_framework: 'cpu', architectures: ['amd64'] });
    const agent = await newFakeAgent(client);
    await tell(agent, { architecture: 'arm64' });
    const { status } = await deploy(client, 'model');
    expect(status).toMatchObject({ phase: 'pending' });
    expect(status.message).toContain('1 host: 1 is arm64, but version 1.0 needs amd64');
    const preview = (architecture: string) =>
      client.call('POST', '/api/v1/previews', {
        deployment: { backend_name: 'engine' },
        host: { architecture },
      });
    expect((await preview('amd64')).status).toBe(200);
    expect(await preview('arm64')).toMatchObject({
      status: 422,
      body: { code: 'no_candidate_version', errors: [{ pointer: '/host/architecture' }] },
    });
    await newFakeAgent(client);
    await until('it is placed on the other host', () => isPlaced(client, 'model'));
  });

  test('first to the host that has its image', async () => {
    const client = await orgWith({ custom_framework: 'cpu' });
    const [, agent] = [await newFakeAgent(client), await newFakeAgent(client)];
    await tell(agent, { images: ['docker.io/library/engine:1.0'] });
    await deploy(client, 'model', { replicas: 2 });
    await deploy(client, 'next');
    // Replicas are spread all the same; what comes next goes where nothing need be fetched.
    const hosts = (await instancesOf(client, 'model')).map(({ host_id }) => host_id);
    expect(hosts[0]).toBe(agent.hostId);
    expect(new Set(hosts).size).toBe(2);
    expect(await instancesOf(client, 'next')).toMatchObject([{ host_id: agent.hostId }]);
  });

  test('stays there when the placement is changed, until it is restarted', async () => {
    const client = await orgWith({ custom_framework: 'cpu' });
    const agent = await newFakeAgent(client);
    await deploy(client, 'model');
    await obey(agent);
    const [before] = await instancesOf(client, 'model');
    const other = await newFakeAgent(client);
    await changeDeployment(client, { placement: { hosts: [other.hostId] } }, 'model');
    await obey(agent);
    await obey(other);
    expect(await instancesOf(client, 'model')).toMatchObject([
      { id: before?.id, host_id: agent.hostId, generation: 1 },
    ]);
    await client.call('POST', '/api/v1/deployments/model/restart');
    await until('it has moved', async () => {
      await obey(other);
      await obey(agent);
      const instances = await instancesOf(client, 'model');
      return instances.length === 1 && instances[0]?.host_id === other.hostId;
    });
  });
});

test('what its backend could not be rendered for is placed when the backend is mended', async () => {
  const client = await orgWith({ custom_framework: 'cpu' });
  const { hostId } = await newFakeAgent(client);
  const backend = '/api/v1/backends/engine';
  const change = async (body: Record<string, unknown>) => {
    const { headers } = await client.call('GET', backend);
    const etag = headers.get('etag') ?? '';
    const reply = await client.call('PATCH', backend, body, { headers: { 'if-match': etag } });
    expect(reply.status).toBe(200);
  };
  await client.call('POST', `/api/v1/hosts/${hostId}/cordon`);
  await deploy(client, 'model');
  await change({ default_run_command: 'serve --token {{secrets.MISSING}}' });
  await client.call('POST', `/api/v1/hosts/${hostId}/uncordon`);
  await until('it says why it cannot be placed', async () =>
    (await instancesOf(client, 'model')).some(({ message }) => message.includes('MISSING')),
  );
  await change({ default_run_command: 'serve' });
  await until('it is placed', () => isPlaced(client, 'model'), 20_000);
});

describe('what waits for GPUs', () => {
  test('gets what comes free in the order in which the instances began to wait, not the deployments', async () => {
    const client = await orgWith({ custom_framework: 'cuda' });
    const agent = await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0), cudaGpu(1)] }));
    await deploy(client, 'old');
    await deploy(client, 'holder');
    await obey(agent);
    await deploy(client, 'young');
    await changeDeployment(client, { replicas: 2 }, 'old');
    await end(client, agent, 'holder');
    await until('one of them is placed', async () => {
      const all = [...(await instancesOf(client, 'old')), ...(await instancesOf(client, 'young'))];
      return all.filter(({ host_id }) => host_id !== null).length === 2;
    });
    expect(await isPlaced(client, 'young')).toBe(true);
    expect(await isPlaced(client, 'old')).toBe(false);
  });

  /** Two small ones hold a host of two GPUs, for both of which a large one has waited too long. */
  async function starved() {
    const client = await orgWith({ custom_framework: 'cuda' });
    const agent = await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0), cudaGpu(1)] }));
    await deploy(client, 'small-1');
    await deploy(client, 'small-2');
    await deploy(client, 'large', { gpu: { count: 2 } });
    const { databaseUrl: url, databaseToken: authToken } = inject('stack');
    await createClient({ url, authToken }).execute({
      sql: `UPDATE instances SET created_at = created_at - 300000 WHERE org_id = ? AND state = 'pending'`,
      args: [client.orgId],
    });
    const host = async () =>
      (await client.call<HostDetail>('GET', `/api/v1/hosts/${agent.hostId}`)).body;
    expect((await host()).reserved_for).toBeNull();
    await end(client, agent, 'small-1');
    const [large] = await instancesOf(client, 'large');
    await until('the host is kept for it', async () => (await host()).reserved_for !== null);
    expect((await host()).reserved_for).toMatchObject({
      instance_id: large?.id,
      deployment: 'large',
    });
    return { client, agent, host };
  }

  test('for too long is kept a host, which small ones do not get a GPU of; it takes it when all are free', async () => {
    const { client, agent, host } = await starved();
    const [waiting] = await instancesOf(client, 'large');
    expect(waiting?.message).toContain('host fake is being reserved for it: 1 of 2 GPUs free');
    const { status } = await deploy(client, 'small-3');
    expect(status.message).toMatch(
      /1 is reserved for an instance of large that has waited since 2/,
    );
    // What needs no GPU is not held up.
    await deploy(client, 'cpu-only', {
      backend_name: undefined,
      image_name: 'i',
      run_command: 'x',
    });
    expect(await isPlaced(client, 'cpu-only')).toBe(true);
    await end(client, agent, 'small-2');
    await until('the large one is placed', () => isPlaced(client, 'large'));
    expect((await host()).reserved_for).toBeNull();
    expect(await isPlaced(client, 'small-3')).toBe(false);
    const events = await client.call<{ items: { type: string }[] }>(
      'GET',
      '/api/v1/deployments/large/events',
    );
    expect(events.body.items.map(({ type }) => type)).toEqual(['placed', 'reserved', 'pending']);
  });

  test.each<[string, (client: Client) => Promise<unknown>]>([
    ['is deleted', (client) => client.call('DELETE', '/api/v1/deployments/large')],
    ['is stopped', (client) => client.call('POST', '/api/v1/deployments/large/stop')],
    ['is scaled to nothing', (client) => changeDeployment(client, { replicas: 0 }, 'large')],
  ])('and %s leaves its host to the others at once', async (_name, give) => {
    const { client, host } = await starved();
    await deploy(client, 'small-3');
    expect(await isPlaced(client, 'small-3')).toBe(false);
    await give(client);
    await until('the small one is placed', () => isPlaced(client, 'small-3'), 20_000);
    expect((await host()).reserved_for).toBeNull();
  });
});
