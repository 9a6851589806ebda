import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host, HostDetail } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { inventoryWith, newFakeAgent, observed } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

async function newFleet() {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const agent = await newFakeAgent(client);
  return { client, agent, path: `/api/v1/hosts/${agent.hostId}` };
}

function deploy(client: Client, change: Record<string, unknown> = {}) {
  return client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    ...change,
  });
}

async function instanceOf(client: Client, name = 'model'): Promise<Instance | undefined> {
  const { body } = await client.call<{ items: Instance[] }>(
    'GET',
    `/api/v1/deployments/${name}/instances`,
  );
  return body.items[0];
}

async function eventsAt(client: Client, path: string): Promise<string[]> {
  const { body } = await client.call<{ items: Event[] }>('GET', `${path}/events`);
  return body.items.map((event) => event.type);
}

describe('changing a host', () => {
  test('a name and labels are replaced, and the timeline says so', async () => {
    const { client, path } = await newFleet();
    const labels = { zone: 'a', tier: 'hot' };
    const changed = await client.call<Host>('PATCH', path, { name: 'rack-4', labels });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ name: 'rack-4', labels });
    expect(changed.body).not.toHaveProperty('launches');
    expect((await client.call<Host>('PATCH', path, { labels: { zone: 'b' } })).body).toMatchObject({
      name: 'rack-4',
      labels: { zone: 'b' },
    });
    expect((await client.call<Host>('PATCH', path, { labels: null })).body.labels).toEqual({});
    const same = await client.call('PATCH', path, { name: 'rack-4', labels: {} });
    expect(same.cost.rowsWritten).toBe(0);
    expect(await eventsAt(client, path)).toEqual([
      'labelled',
      'labelled',
      'labelled',
      'renamed',
      'online',
      'enrolled',
    ]);
  });

  test('what cannot be a name, labels or a key is refused', async () => {
    const { client, path } = await newFleet();
    for (const body of [
      { name: '' },
      { name: null },
      { name: 'x'.repeat(101) },
      { name: 'rack 4' },
      { name: 'host_0198f2c0' },
      { labels: { zone: null } },
      { labels: { '': 'a' } },
      { status: 'online' },
    ]) {
      const reply = await client.call('PATCH', path, body);
      expect(reply.status, JSON.stringify(body)).toBe(400);
      expect(reply.body).toMatchObject({ code: 'invalid_request' });
    }
    expect(await eventsAt(client, path)).toEqual(['online', 'enrolled']);
  });

  test('a deployment that waits for a name is placed when a host gets it', async () => {
    const { client, path } = await newFleet();
    await deploy(client, { placement: { hosts: ['rack-4'] } });
    expect((await instanceOf(client))?.state).toBe('pending');
    await client.call('PATCH', path, { name: 'rack-4' });
    await until('it is placed', async () => (await instanceOf(client))?.state === 'queued');
  });

  test('an address that changes is where its instances are reached from then on', async () => {
    const { client, agent } = await newFleet();
    await deploy(client);
    await agent.sync();
    const running = agent.launches.map((launch) => observed(launch, 'running'));
    await agent.report(running);
    const read = () => client.call<Deployment>('GET', '/api/v1/deployments/model');
    const before = await read();
    const inventory = inventoryWith({ address: '10.9.8.7' });
    await agent.sync({
      observed_hash: 'moved',
      observed: { complete: true, inventory, instances: running },
    });
    const port = agent.launches[0]?.port;
    const after = await read();
    expect(after.body.status.endpoints).toMatchObject([{ url: `http://10.9.8.7:${port}` }]);
    expect(after.cost).toEqual(before.cost);
    expect((await instanceOf(client))?.url).toBe(`http://10.9.8.7:${port}`);
  });

  test('a deployment that waits for a label is placed when a host gets it', async () => {
    const { client, path } = await newFleet();
    await deploy(client, { placement: { host_labels: { zone: 'a' } } });
    expect((await instanceOf(client))?.state).toBe('pending');
    await client.call('PATCH', path, { labels: { zone: 'a' } });
    await until('it is placed', async () => (await instanceOf(client))?.state === 'queued');
  });
});

describe('cordon, uncordon and drain', () => {
  test('each can be asked for twice, and is told once', async () => {
    const { client, path } = await newFleet();
    for (const [verb, duty] of [
      ['cordon', { schedulable: false, draining: false }],
      ['drain', { schedulable: false, draining: true }],
      ['cordon', { schedulable: false, draining: true }],
      ['uncordon', { schedulable: true, draining: false }],
    ] as const) {
      for (let time = 0; time < 2; time += 1) {
        const reply = await client.call<Host>('POST', `${path}/${verb}`);
        expect(reply.status, verb).toBe(200);
        expect(reply.body, verb).toMatchObject({ ...duty, last_seen_at: null });
        if (time > 0) expect(reply.cost.rowsWritten, verb).toBe(0);
      }
    }
    expect(await eventsAt(client, path)).toEqual([
      'uncordoned',
      'drained',
      'cordoned',
      'online',
      'enrolled',
    ]);
    const first = await client.call<{ items: Event[]; next_cursor: string }>(
      'GET',
      `${path}/events?limit=3`,
    );
    expect(first.body.items).toHaveLength(3);
    const rest = await client.call<{ items: Event[] }>(
      'GET',
      `${path}/events?cursor=${first.body.next_cursor}`,
    );
    expect(rest.body).toMatchObject({
      items: [{ type: 'online' }, { type: 'enrolled' }],
      next_cursor: null,
    });
  });

  test('a cordoned host takes nothing new; what waits is placed when it is uncordoned', async () => {
    const { client, path } = await newFleet();
    await client.call('POST', `${path}/cordon`);
    await deploy(client);
    expect((await instanceOf(client))?.state).toBe('pending');
    await client.call('POST', `${path}/uncordon`);
    await until('it is placed', async () => (await instanceOf(client))?.state === 'queued');
  });
});

describe('the launch queue', () => {
  test('shows what waits for a host and what it shall let go', async () => {
    const { client, agent, path } = await newFleet();
    await deploy(client);
    const instance = await instanceOf(client);
    const queue = async () => (await client.call<HostDetail>('GET', path)).body.launches;
    const entry = { instance_id: instance?.id, generation: 1, deployment: 'model' };
    expect(await queue()).toMatchObject([{ ...entry, state: 'queued', removed: false }]);
    await agent.sync();
    await client.call('DELETE', '/api/v1/deployments/model');
    expect(await queue()).toMatchObject([{ ...entry, state: 'stopping', removed: true }]);
    await agent.sync();
    await agent.report([]);
    expect(await queue()).toEqual([]);
  });
});

describe('removing a host', () => {
  test('one that holds nothing goes; its agent is told so from then on', async () => {
    const { client, agent, path } = await newFleet();
    expect((await client.call('DELETE', path)).status).toBe(204);
    expect((await client.call('GET', path)).status).toBe(404);
    expect((await client.call('GET', `${path}/events`)).status).toBe(404);
    expect((await agent.sync()).status).toBe(410);
    expect((await client.call('DELETE', path)).status).toBe(404);
  });

  test('one that holds a launch stays, and names the instance', async () => {
    const { client, path } = await newFleet();
    await deploy(client);
    const reply = await client.call('DELETE', path);
    expect(reply.status).toBe(409);
    const id = (await instanceOf(client))?.id ?? 'none';
    expect(reply.body).toMatchObject({
      code: 'in_use',
      errors: [{ detail: expect.stringContaining(id) }],
    });
    expect((await client.call('DELETE', `${path}?force=perhaps`)).status).toBe(400);
    expect((await client.call('GET', path)).status).toBe(200);
  });

  test('one that may run what was deleted by force stays, and says what to do', async () => {
    const { client, agent, path } = await newFleet();
    await deploy(client);
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    const id = (await instanceOf(client))?.id ?? 'none';
    await client.call('DELETE', '/api/v1/deployments/model?force=true');
    const reply = await client.call('DELETE', path);
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'in_use',
      detail: expect.stringContaining('?force=true'),
      errors: [{ detail: expect.stringContaining(id) }],
    });
    await agent.sync();
    await agent.report([]);
    expect((await client.call('DELETE', path)).status).toBe(204);
  });

  test('by force, what ran on it is placed elsewhere', async () => {
    const { client, agent, path } = await newFleet();
    await deploy(client);
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    const other = await newFakeAgent(client);
    expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
    await until('it is placed on the other host', async () => {
      const instance = await instanceOf(client);
      return instance?.state === 'queued' && instance.host_id === other.hostId;
    });
    await other.sync();
    expect(other.launches).toMatchObject([{ generation: 2 }]);
    expect(await eventsAt(client, '/api/v1/deployments/model')).toContain('host_removed');
    expect((await agent.sync()).status).toBe(410);
  });

  test('by force without another host, what ran on it waits and says why', async () => {
    const { client, path } = await newFleet();
    await deploy(client);
    await client.call('DELETE', `${path}?force=true`);
    const instance = await instanceOf(client);
    expect(instance).toMatchObject({ state: 'pending', host_id: null });
    expect(instance?.message).toMatch(/was removed|No host/);
  });

  test('by force, a deployment whose containers it never gave up is gone', async () => {
    const { client, agent, path } = await newFleet();
    await deploy(client);
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    await client.call('DELETE', '/api/v1/deployments/model');
    expect((await instanceOf(client))?.state).toBe('stopping');
    await client.call('DELETE', `${path}?force=true`);
    await until('it is gone', async () => {
      return (await client.call('GET', '/api/v1/deployments/model')).status === 404;
    });
  });

  test('of placements at the same time none is left on a host that is not there', async () => {
    const { client, agent, path } = await newFleet();
    const names = Array.from({ length: 5 }, (_, index) => `model-${index}`);
    const [removed] = await Promise.all([
      client.call('DELETE', `${path}?force=true`),
      ...names.map((name) => deploy(client, { name })),
    ]);
    expect(removed.status).toBe(204);
    await until('all wait', async () => {
      const instances = await Promise.all(names.map((name) => instanceOf(client, name)));
      return instances.every((one) => one?.state === 'pending' && one.host_id !== agent.hostId);
    });
  });
});

test('the hosts of another organisation read as not there', async () => {
  const { client, path } = await newFleet();
  const stranger = await newOrg();
  for (const [method, at, body] of [
    ['PATCH', path, { name: 'mine' }],
    ['POST', `${path}/cordon`],
    ['POST', `${path}/uncordon`],
    ['POST', `${path}/drain`],
    ['GET', `${path}/events`],
    ['DELETE', `${path}?force=true`],
  ] as const) {
    expect((await stranger.call(method, at, body)).status, `${method} ${at}`).toBe(404);
  }
  expect((await client.call<Host>('GET', path)).body).toMatchObject({
    name: 'fake',
    schedulable: true,
  });
});
