import { describe, expect, test } from 'vitest';
import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host, HostDetail } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition, myBackendYaml } from '../support/definitions.ts';
import { instancesOf } from '../support/deployment.ts';
import {
  cudaGpu,
  enrolmentToken,
  inventoryWith,
  newFakeAgent,
  newSecret,
  observed,
} from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

async function deploy(client: Client, change: Record<string, unknown> = {}) {
  return client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    ...change,
  });
}

/** Waits until so many deployments wait for room and say why: whoever was overtaken too often is placed after the rest. */
async function explained(client: Client, count: number): Promise<Deployment[]> {
  return until(`${count} wait for room`, async () => {
    const { body } = await client.call<{ items: Deployment[] }>('GET', '/api/v1/deployments');
    const pending = body.items.filter(({ status }) => status.phase === 'pending');
    const told = pending.filter(({ status }) => status.message.includes('1 host: '));
    return told.length === count && pending.length === count ? pending : undefined;
  });
}

async function isGone(client: Client, name = 'model'): Promise<boolean> {
  return (await client.call('GET', `/api/v1/deployments/${name}`)).status === 404;
}

describe('enrolment', () => {
  test('a lost reply makes one host: the same installation and secret again give the same one', async () => {
    const client = await newOrg();
    const token = await enrolmentToken(client);
    const install = { install_id: 'installation-0001', secret: newSecret(), name: 'box' };
    const enroll = (body: unknown) =>
      client.call<{ host_id: string }>('POST', '/api/agent/v1/enroll', body, { token });
    const replies = [
      await enroll(install),
      ...(await Promise.all([enroll(install), enroll(install)])),
    ];
    expect(new Set(replies.map((reply) => reply.body.host_id)).size).toBe(1);
    const { body } = await client.call<{ items: Host[] }>('GET', '/api/v1/hosts');
    expect(body.items).toHaveLength(1);
    const other = await enroll({ ...install, secret: newSecret() });
    expect(other.status).toBe(409);
    expect(other.body).toMatchObject({ code: 'install_conflict' });
  });

  test('a secret belongs to one host: with it none is enrolled in another organisation', async () => {
    const secret = newSecret();
    const install = { install_id: 'installation-0001', secret, name: 'box' };
    const [one, two] = [await newOrg(), await newOrg()];
    const enroll = async (client: Client) =>
      client.call('POST', '/api/agent/v1/enroll', install, { token: await enrolmentToken(client) });
    expect((await enroll(one)).status).toBe(200);
    expect((await enroll(two)).body).toMatchObject({ code: 'install_conflict' });
  });

  test('a token has as many uses as it was given, however many hosts ask at once', async () => {
    const client = await newOrg();
    const token = await enrolmentToken(client, 2);
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        client.call(
          'POST',
          '/api/agent/v1/enroll',
          { install_id: `installation-${index}000`, secret: newSecret(), name: 'box' },
          { token },
        ),
      ),
    );
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(2);
    expect(replies.filter((reply) => reply.status === 401)).toHaveLength(4);
  });
});

describe('the host protocol', () => {
  test('a sync that changes nothing is one database request and writes no row', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    const { cost, body } = await agent.sync();
    expect(body).toMatchObject({ desired: null, send_all: false });
    expect(cost).toMatchObject({ requests: 1, rowsWritten: 0 });
  });

  test('what an unchanged sync reads does not grow with the rest of the organisation', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await agent.sync();
    const alone = (await agent.sync()).cost.rowsRead;
    const others = await Promise.all(Array.from({ length: 4 }, () => newFakeAgent(client)));
    for (let index = 0; index < 6; index += 1) {
      await deploy(client, {
        name: `model-${index}`,
        placement: { hosts: [others[index % 4]?.hostId] },
      });
    }
    expect((await agent.sync()).cost.rowsRead).toBe(alone);
  });

  test('from POST to running: two database requests in the POST, at most 30 rows written in all', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    const posted = await deploy(client);
    expect(posted.cost.requests).toBeLessThanOrEqual(3);
    let rows = posted.cost.rowsWritten;
    rows += (await agent.sync()).cost.rowsWritten;
    for (const state of ['pulling', 'starting', 'running'] as const) {
      const reply = await agent.report(agent.launches.map((launch) => observed(launch, state)));
      rows += reply.cost.rowsWritten;
    }
    expect((await client.call('GET', '/api/v1/deployments/model')).body).toMatchObject({
      status: { phase: 'available' },
    });
    expect(rows).toBeLessThanOrEqual(30);
  });

  test('what a container was made from is shown until there is none, and told again it changes nothing', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    const digest = `ghcr.io/team/engine@sha256:${'a'.repeat(64)}`;
    const say = (change: Partial<ObservedInstance>) =>
      agent.report(agent.launches.map((launch) => observed(launch, 'running', change)));
    const shown = async () => {
      const path = '/api/v1/deployments/model/instances';
      const { body } = await client.call<{ items: Instance[] }>('GET', path);
      const one = await client.call<Instance>('GET', `/api/v1/instances/${body.items[0]?.id}`);
      expect(one.body.image_digest).toBe(body.items[0]?.image_digest);
      return one.body;
    };
    // As an agent that does not tell.
    await say({});
    expect((await shown()).image_digest).toBeNull();
    await say({ image_digest: digest });
    const told = await shown();
    expect(told.image_digest).toBe(digest);
    await say({ image_digest: digest, started_age_ms: 500 });
    expect(await shown()).toEqual(told);
    await say({ container_id: null, started_age_ms: null, ready_age_ms: null });
    expect((await shown()).image_digest).toBeNull();
  });

  test('a message that is sent twice changes nothing the second time', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    const message = agent.message({
      observed_hash: 'once',
      observed: {
        complete: true,
        inventory: inventoryWith(),
        instances: agent.launches.map((launch) => observed(launch, 'running')),
      },
    });
    const first = await agent.send(message);
    const second = await agent.send(message);
    expect(second.body).toEqual(first.body);
    expect(second.cost.rowsWritten).toBe(0);
  });

  test('a late message of before changes nothing and brings nothing', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    const instances = (state: 'starting' | 'running') =>
      agent.launches.map((launch) => observed(launch, state));
    const late = agent.message({
      desired_revision: 0,
      observed_hash: 'late',
      observed: { complete: true, inventory: inventoryWith(), instances: instances('starting') },
    });
    await agent.report(instances('running'));
    const reply = await agent.send(late);
    expect(reply.body.desired).toBeNull();
    expect(reply.cost.rowsWritten).toBe(0);
    expect((await instancesOf(client))[0]?.state).toBe('running');
  });

  test('only the newest process speaks for a host; an older one is told the epoch that does', async () => {
    const client = await newOrg();
    const agent = await newFakeAgent(client);
    const successor = { epoch: 2, process_id: 'the-next-process', seq: 1 };
    expect((await agent.sync(successor)).status).toBe(200);
    const stale = await agent.sync();
    expect(stale.status).toBe(409);
    expect(stale.body).toMatchObject({ code: 'stale_epoch', epoch: 2 });
    const twin = await agent.sync({ ...successor, process_id: 'another-process' });
    expect(twin.status).toBe(409);
    expect((await agent.sync({ ...successor, seq: 2 })).status).toBe(200);
  });

  test('an unknown secret is refused', async () => {
    const client = await newOrg();
    const agent = await newFakeAgent(client);
    const message = agent.message();
    const reply = await client.call('POST', '/api/agent/v1/sync', message, { token: newSecret() });
    expect(reply.status).toBe(401);
    expect(reply.cost.rowsWritten).toBe(0);
  });

  test('a host cannot move the instances of another host', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    const hostile = await newFakeAgent(await newOrg());
    await hostile.report(agent.launches.map((launch) => observed(launch, 'failed')));
    expect((await instancesOf(client))[0]?.state).toBe('queued');
  });

  test('the launch has exactly the arguments that the definition renders', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', undefined, { yaml: myBackendYaml });
    const agent = await newFakeAgent(client);
    await deploy(client, {
      backend_name: 'my-backend-custom',
      model: { source: 'local_path', path: '/srv/model' },
    });
    await agent.sync();
    expect(agent.launches[0]).toMatchObject({
      image: 'my-image:v1',
      entrypoint: null,
      args: [
        'serve',
        '/srv/model',
        '--cache',
        '/custom-cache',
        '--log-level',
        'info',
        '--port',
        '30000',
      ],
      env: { MODEL_CACHE_DIR: '/custom-cache', LOG_LEVEL: 'info' },
      mounts: [{ source: '/srv/model', target: '/srv/model', read_only: true }],
    });
  });
});

describe('placement and claims', () => {
  test('a deployment without a host is pending with the reason, and placed when a host enrols', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const { body } = await deploy(client);
    expect(body).toMatchObject({
      status: { phase: 'pending', message: expect.stringContaining('No host is enrolled') },
    });
    const agent = await newFakeAgent(client);
    await until('it is placed', async () => (await instancesOf(client))[0]?.state === 'queued');
    await agent.sync();
    expect(agent.launches).toHaveLength(1);
  });

  test('what a host tells only later makes room too: an engine that comes up, a GPU that appears', async () => {
    const client = await newOrg();
    const cuda = { image_name: 'engine:1.0', custom_framework: 'cuda' };
    await client.call('POST', '/api/v1/backends', definition({ version_configs: { '1.0': cuda } }));
    await deploy(client);
    const agent = await newFakeAgent(client, inventoryWith({ docker: null }));
    expect((await instancesOf(client))[0]?.state).toBe('pending');
    const inventory = inventoryWith({ gpus: [cudaGpu(0)] });
    await agent.sync({
      observed_hash: 'grown',
      observed: { complete: true, inventory, instances: [] },
    });
    await until('it is placed', async () => (await instancesOf(client))[0]?.state === 'queued');
  });

  test('a GPU is granted once, however many ask at once; the rest says why it waits', async () => {
    const client = await newOrg();
    const versions = { '1.0': { image_name: 'engine:1.0', custom_framework: 'cuda' } };
    await client.call('POST', '/api/v1/backends', definition({ version_configs: versions }));
    const gpus = [0, 1, 2].map(cudaGpu);
    const agent = await newFakeAgent(client, inventoryWith({ gpus }));
    const names = Array.from({ length: 8 }, (_, index) => `model-${index}`);
    const replies = await Promise.all(names.map((name) => deploy(client, { name })));
    expect(replies.map((reply) => reply.status)).toEqual(names.map(() => 201));
    const pending = await explained(client, 5);
    await agent.sync();
    const granted = agent.launches.flatMap((launch) => launch.gpu?.uuids ?? []);
    expect(granted.sort()).toEqual(['GPU-0', 'GPU-1', 'GPU-2']);
    const ports = agent.launches.map((launch) => launch.port);
    expect(new Set(ports).size).toBe(3);
    expect(pending[0]?.status.message).toContain('1 host: 1 has 0 of 1 GPUs free');
  });

  test('shares of one GPU never add up to more than it has', async () => {
    const client = await newOrg();
    const versions = { '1.0': { image_name: 'engine:1.0', custom_framework: 'cuda' } };
    await client.call('POST', '/api/v1/backends', definition({ version_configs: versions }));
    const agent = await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0)] }));
    const names = Array.from({ length: 6 }, (_, index) => `model-${index}`);
    await Promise.all(
      names.map((name) => deploy(client, { name, gpu: { count: 1, memory_bytes: 30e9 } })),
    );
    await deploy(client, { name: 'whole' });
    await explained(client, 5);
    await agent.sync();
    expect(agent.launches).toHaveLength(2);
  });

  test('a claim is freed only when the host, holding a set without the launch, no more lists it', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    const running = agent.launches.map((launch) => observed(launch, 'running'));
    await agent.report(running);
    const claims = async () => {
      const { body } = await client.call<HostDetail>('GET', `/api/v1/hosts/${agent.hostId}`);
      return body.claims.length;
    };
    expect((await client.call('DELETE', '/api/v1/deployments/model')).status).toBe(202);
    // It still holds the old set, and says that the container is gone.
    await agent.report([], true);
    expect(await claims()).toBe(1);
    // It holds the new set now; the container still stops.
    await agent.report(running.map((report) => ({ ...report, state: 'stopping' as const })));
    expect(await claims()).toBe(1);
    // An incomplete observation proves nothing.
    await agent.report([], false);
    expect(await claims()).toBe(1);
    expect(await isGone(client)).toBe(false);
    await agent.report([], true);
    expect(await claims()).toBe(0);
    await until('it is gone', () => isGone(client));
  });

  test('a deployment that its backend no longer fits holds up no other', async () => {
    const client = await newOrg();
    const cuda = { image_name: 'engine:1.0', custom_framework: 'cuda' };
    await client.call('POST', '/api/v1/backends', definition({ version_configs: { '1.0': cuda } }));
    const agent = await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0)] }));
    await deploy(client, { name: 'holder' });
    await deploy(client, { name: 'broken' });
    await deploy(client, { name: 'waiting', image_name: 'other', run_command: 'fine' });
    await agent.sync();
    await client.call(
      'PATCH',
      '/api/v1/backends/engine',
      { default_run_command: 'serve {{nothing}}' },
      { headers: { 'if-match': '"1"' } },
    );
    await client.call('DELETE', '/api/v1/deployments/holder');
    await agent.sync();
    await agent.report([]);
    await until('the one that can be rendered is placed', async () => {
      return (await instancesOf(client, 'waiting'))[0]?.state === 'queued';
    });
    const [broken] = await instancesOf(client, 'broken');
    expect(broken).toMatchObject({ state: 'pending' });
    expect(broken?.message).toMatch(/render|placeholder|nothing/i);
  });

  test('a freed GPU goes to the deployment that waits for it', async () => {
    const client = await newOrg();
    const versions = { '1.0': { image_name: 'engine:1.0', custom_framework: 'cuda' } };
    await client.call('POST', '/api/v1/backends', definition({ version_configs: versions }));
    const agent = await newFakeAgent(client, inventoryWith({ gpus: [cudaGpu(0)] }));
    await deploy(client, { name: 'first' });
    await deploy(client, { name: 'second' });
    await agent.sync();
    await client.call('DELETE', '/api/v1/deployments/first');
    await agent.sync();
    await agent.report([]);
    await until('the second is placed', async () => {
      const [instance] = await instancesOf(client, 'second');
      return instance?.state === 'queued';
    });
  });

  test('a port that something foreign holds is barred, and the instance gets another', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(client);
    await deploy(client);
    await agent.sync();
    await agent.report(
      agent.launches.map((launch) => observed(launch, 'failed', { reason: 'port_in_use' })),
    );
    await until('it has a second generation', async () => {
      const [instance] = await instancesOf(client);
      return instance?.generation === 2;
    });
    await agent.sync();
    expect(agent.launches).toMatchObject([{ generation: 2, port: 30_001 }]);
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    expect((await instancesOf(client))[0]).toMatchObject({ state: 'running', generation: 2 });
  });
});

describe('idempotency', () => {
  test('the same key and body give the same deployment, also at once; another body is refused', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    const post = (name: string) =>
      client.call(
        'POST',
        '/api/v1/deployments',
        { name, backend_name: 'engine' },
        { headers: { 'idempotency-key': 'key-1' } },
      );
    const replies = await Promise.all([post('model'), post('model'), post('model')]);
    expect(replies.map((reply) => reply.status)).toEqual([201, 201, 201]);
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
    const replayed = await post('model');
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    for (const reply of [...replies, replayed]) {
      expect(reply.headers.get('location')).toBe('/api/v1/deployments/model');
      expect(reply.headers.get('etag')).toBe('"1"');
    }
    expect((await post('other')).body).toMatchObject({ code: 'idempotency_key_reused' });
  });
});

describe('idempotency of what changes a deployment', () => {
  const verbs: [verb: string, body: unknown, revision: number, event: string][] = [
    ['restart', undefined, 3, 'changed'],
    ['rollback', { revision: 1 }, 3, 'changed'],
    ['stop', undefined, 2, 'stop'],
    ['start', undefined, 2, 'start'],
  ];
  test.each(verbs)(
    '%s under one key has one effect and one answer, also at once',
    async (verb, body, revision, event) => {
      const client = await newOrg();
      await client.call('POST', '/api/v1/backends', definition());
      await newFakeAgent(client);
      await deploy(client);
      const path = '/api/v1/deployments/model';
      await client.call('PATCH', path, { env: { A: 'b' } }, { headers: { 'if-match': '"1"' } });
      if (verb === 'start') await client.call('POST', `${path}/stop`);
      const call = (sent: unknown) =>
        client.call<Deployment>('POST', `${path}/${verb}`, sent, {
          headers: { 'idempotency-key': 'key-1' },
        });
      const replies = [...(await Promise.all([call(body), call(body)])), await call(body)];
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(replies.map((reply) => reply.body)).toEqual(Array(3).fill(replies[0]?.body));
      expect(replies[2]?.headers.get('idempotency-replayed')).toBe('true');
      expect(replies[0]?.body.revision).toBe(revision);
      // What was worked out is what is there.
      expect((await client.call('GET', path)).body).toEqual(replies[0]?.body);
      const events = await client.call<{ items: Event[] }>('GET', `${path}/events?limit=200`);
      const told = events.body.items.filter(({ type }) => type === event);
      expect(told).toHaveLength(event === 'changed' ? 2 : 1);
      const other = await call(body ? { revision: 2 } : {});
      expect(other.body).toMatchObject({ code: 'idempotency_key_reused' });
    },
  );

  test('the answer stays the same when the opposite was asked for meanwhile', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    await deploy(client);
    const path = '/api/v1/deployments/model';
    const headers = { 'idempotency-key': 'key-1' };
    // It has nothing to do, and keeps its answer nonetheless.
    const first = await client.call<Deployment>('POST', `${path}/start`, undefined, { headers });
    await client.call('POST', `${path}/stop`);
    const again = await client.call<Deployment>('POST', `${path}/start`, undefined, { headers });
    expect(again.body).toEqual(first.body);
    expect((await client.call('GET', path)).body).toMatchObject({ stopped: true });
  });
});

test('a change is three database requests', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  await newFakeAgent(client);
  await deploy(client);
  const path = '/api/v1/deployments/model';
  const headers = { 'if-match': '"1"' };
  const changed = await client.call<Deployment>('PATCH', path, { env: { A: 'b' } }, { headers });
  expect(changed.status).toBe(200);
  expect(changed.cost.requests).toBe(3);
  expect((await client.call('GET', path)).body).toEqual(changed.body);
});

describe('organisations', () => {
  test('what belongs to another organisation reads as not there', async () => {
    const [one, two] = [await newOrg(), await newOrg()];
    await one.call('POST', '/api/v1/backends', definition());
    const agent = await newFakeAgent(one);
    await deploy(one);
    const [instance] = await instancesOf(one);
    for (const path of [
      '/api/v1/backends/engine',
      '/api/v1/deployments/model',
      '/api/v1/deployments/model/instances',
      '/api/v1/deployments/model/events',
      `/api/v1/instances/${instance?.id}`,
      `/api/v1/hosts/${agent.hostId}`,
    ]) {
      expect((await one.call('GET', path)).status, path).toBe(200);
      expect((await two.call('GET', path)).status, path).toBe(404);
    }
    for (const list of ['backends?source=custom', 'deployments', 'hosts']) {
      expect((await two.call('GET', `/api/v1/${list}`)).body.items).toEqual([]);
    }
    expect((await two.call('DELETE', '/api/v1/deployments/model')).status).toBe(404);
    expect((await two.call('DELETE', '/api/v1/backends/engine')).status).toBe(404);
    expect((await deploy(two)).body).toMatchObject({ code: 'unknown_backend' });
  });

  test('an organisation that does not exist cannot be written to', async () => {
    const client = await newOrg();
    const reply = await client.call('POST', '/api/v1/backends', definition(), {
      headers: { 'longshore-org': 'org_nowhere' },
    });
    expect(reply.status).toBe(404);
  });
});
