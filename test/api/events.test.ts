import { describe, expect, test } from 'vitest';
import type { ObservedInstance } from '../../contract/agent-protocol.ts';
import type { Event } from '../../contract/event.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { instancesOf } from '../support/deployment.ts';
import {
  cudaGpu,
  type FakeAgent,
  inventoryWith,
  newFakeAgent,
  observed,
} from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

async function eventsAt(client: Client, path: string): Promise<Event[]> {
  const { body } = await client.call<{ items: Event[] }>('GET', `/api/v1/${path}/events`);
  return body.items.reverse();
}

/** Type and message, oldest first. */
async function timeline(client: Client, path = 'deployments/model'): Promise<string[]> {
  return (await eventsAt(client, path)).map(({ type, message }) => `${type}: ${message}`);
}

async function types(client: Client, path = 'deployments/model'): Promise<string[]> {
  return (await eventsAt(client, path)).map(({ type }) => type);
}

async function deployed(change: Record<string, unknown> = {}) {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const agent = await newFakeAgent(client);
  const body = { name: 'model', backend_name: 'engine', ...change };
  const posted = await client.call('POST', '/api/v1/deployments', body);
  expect(posted.status).toBe(201);
  const synced = await agent.sync();
  return { client, agent, rows: posted.cost.rowsWritten + synced.cost.rowsWritten };
}

/** Reports every launch that the agent holds. */
function say(
  agent: FakeAgent,
  state: ObservedInstance['state'],
  change: Partial<ObservedInstance> = {},
) {
  return agent.report(agent.launches.map((launch) => observed(launch, state, change)));
}

const none = { started_age_ms: null, ready_age_ms: null };

describe('the timeline of an instance', () => {
  test('tells its way: where and why there, pulling, started, ready, and that it stopped', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'pulling', none);
    await say(agent, 'starting', { message: 'started; the image was pulled in 93 s (4.1 GB)' });
    await say(agent, 'running', { message: 'running; ready 4.2 s after its start' });
    const [instance] = await instancesOf(client);
    const path = `instances/${instance?.id}`;
    expect(await timeline(client, path)).toEqual([
      'placed: Placed on fake, port 30000, version 1.0: the only host.',
      'pulling: It is pulling.',
      'started: started; the image was pulled in 93 s (4.1 GB)',
      'ready: running; ready 4.2 s after its start',
    ]);
    const [placed] = await eventsAt(client, path);
    expect(placed).toMatchObject({
      instance_id: instance?.id,
      host_id: agent.hostId,
      generation: 1,
      count: 1,
      first_time: placed?.time,
      until: null,
    });
    await client.call('POST', '/api/v1/deployments/model/stop');
    await agent.sync();
    await agent.report([]);
    await until('it is gone', async () => (await instancesOf(client)).length === 0);
    expect((await types(client)).slice(-3)).toEqual(['stop', 'stopping', 'stopped']);
    expect((await client.call('GET', `/api/v1/${path}/events`)).status).toBe(404);
  });

  test.each([
    ['from its beginning', ['pulling: ', 'pulling: 2 of 4 GB', 'pulling: 4 of 4 GB']],
    ['after its turn had come', ['queued: waits', 'pulling: ', 'pulling: 3 of 4 GB']],
  ])(
    'how far a pull has got moves its message and not its timeline, within 30 rows in all: %s',
    async (_, words) => {
      const { client, agent, rows } = await deployed();
      let written = rows;
      const count = (reply: { cost: { rowsWritten: number } }) => {
        written += reply.cost.rowsWritten;
      };
      // What the agent tells of the longest pull.
      for (const message of words) {
        const state = message.startsWith('queued') ? 'queued' : 'pulling';
        count(await say(agent, state, { ...none, container_id: null, message }));
        expect((await instancesOf(client))[0]?.message).toBe(message);
      }
      count(await say(agent, 'starting', { image_digest: 'engine@sha256:1' }));
      count(await say(agent, 'running', { image_digest: 'engine@sha256:1' }));
      expect(await types(client)).toEqual(['placed', 'pulling', 'started', 'ready']);
      expect(written).toBeLessThanOrEqual(30);
    },
  );

  test('a failed probe shows what was answered, and the end of the outage how long it was', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'running');
    const reason = 'health_check_failed';
    await say(agent, 'unhealthy', { reason, message: 'GET /health: HTTP 503; {"loading":1}' });
    await say(agent, 'unhealthy', { reason, message: 'GET /health: HTTP 500; oh' });
    await say(agent, 'running', { message: 'running; passes its health check again after 35 s' });
    expect((await timeline(client)).slice(1)).toEqual([
      'probe_failed: GET /health: HTTP 503; {"loading":1}',
      'ready: running; passes its health check again after 35 s',
    ]);
  });

  test('an exit is told with its code and words, and until when it is backed off', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'running');
    const before = Date.now();
    await say(agent, 'restarting', {
      ...none,
      reason: 'oom_killed',
      message: 'ran out of memory and exited with code 137; restart 1 in 60 s; last lines: CUDA',
      exit: { code: 137, oom_killed: true },
      retry_in_ms: 60_000,
    });
    const exit = (await eventsAt(client, 'deployments/model')).at(-1);
    expect(exit).toMatchObject({
      type: 'oom_killed',
      message: expect.stringContaining('last lines: CUDA'),
    });
    const [instance] = await instancesOf(client);
    expect(instance).toMatchObject({ state: 'restarting', retry_at: exit?.until });
    const backedOffMs = Date.parse(exit?.until ?? '') - before;
    expect(backedOffMs).toBeGreaterThanOrEqual(60_000);
    expect(backedOffMs).toBeLessThan(90_000);
    await say(agent, 'running', { restarts: 1 });
    expect((await instancesOf(client))[0]?.retry_at).toBeNull();
  });

  test.each([
    ['start_timeout', 'start_timeout'],
    ['unhealthy', 'unhealthy'],
    ['removed', 'container_removed'],
    ['image_pull_failed', 'pull_failed'],
    ['create_conflict', 'restarting'],
  ])('back-off for %s is told as %s', async (reason, type) => {
    const { client, agent } = await deployed();
    await say(agent, 'restarting', { ...none, reason, retry_in_ms: 1000 });
    expect((await types(client)).at(-1)).toBe(type);
  });

  test('a container that its agent ends for its health has one line, at its end', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'starting');
    await say(agent, 'restarting', { reason: 'start_timeout', message: 'it is being stopped' });
    await say(agent, 'restarting', { ...none, reason: 'start_timeout', message: 'restart in 1 s' });
    expect((await timeline(client)).slice(1)).toEqual([
      'started: It is starting.',
      'start_timeout: restart in 1 s',
    ]);
  });

  test('a crash loop of days is a few lines that count', async () => {
    const { client, agent } = await deployed();
    for (let restarts = 0; restarts < 24; restarts += 1) {
      const reason = restarts < 3 ? 'exited' : 'crash_loop';
      const message = `exited with code 1; restart ${restarts + 1}`;
      await say(agent, restarts === 0 ? 'starting' : 'restarting', {
        reason: restarts === 0 ? null : reason,
        restarts,
      });
      await say(agent, 'restarting', { ...none, reason, restarts, message, retry_in_ms: 300_000 });
    }
    const events = await eventsAt(client, 'deployments/model');
    expect(events.map(({ type, count }) => [type, count])).toEqual([
      ['placed', 1],
      ['exited', 3],
      ['started', 24],
      ['crash_loop', 21],
    ]);
    const loop = events.at(-1);
    expect(loop?.message).toContain('restart 24');
    expect(Date.parse(loop?.first_time ?? '')).toBeLessThan(Date.parse(loop?.time ?? ''));
  });

  test('a new agent that adopts what runs tells nothing new of it', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'running', { restarts: 4 });
    const before = await types(client);
    await agent.report(
      agent.launches.map((launch) => observed(launch, 'running', { message: 'running' })),
    );
    expect(await types(client)).toEqual(before);
  });

  test('a port that is taken is named, and so is the one that it gets', async () => {
    const { client, agent } = await deployed();
    await say(agent, 'failed', { ...none, reason: 'port_in_use', message: 'port 30000 is taken' });
    await until('it is launched anew', async () => (await types(client)).includes('relaunched'));
    expect((await timeline(client)).slice(1)).toEqual([
      'port_in_use: port 30000 is taken',
      'relaunched: Port 30000 is in use by something else on the host; it gets 30001 instead.',
    ]);
  });
});

describe('the timeline of a host', () => {
  async function host() {
    const client = await newOrg();
    const agent = await newFakeAgent(client);
    const path = `hosts/${agent.hostId}`;
    let reports = 0;
    const has = (change: Parameters<typeof inventoryWith>[0]) => {
      reports += 1;
      return agent.sync({
        observed_hash: `inventory-${reports}`,
        observed: { complete: true, inventory: inventoryWith(change), instances: [] },
      });
    };
    return { client, agent, path, has };
  }

  test('tells that it came, and that its agent was started anew or is another version', async () => {
    const { client, agent, path } = await host();
    await agent.sync({ epoch: 2, process_id: 'the-second-process', seq: 1 });
    const third = { epoch: 3, process_id: 'the-third-process' };
    await agent.sync({ ...third, seq: 1, agent_version: '2' });
    const idle = await agent.sync({ ...third, seq: 2, agent_version: '2' });
    expect(idle.cost).toMatchObject({ requests: 1, rowsWritten: 0 });
    expect(await timeline(client, path)).toEqual([
      'enrolled: Enrolled as "fake".',
      'online: It made contact for the first time. Its agent has version fake.',
      'agent_restarted: Its agent was restarted.',
      'agent_updated: Its agent has version 2 now; it had fake.',
    ]);
    const fourth = { process_id: 'the-fourth-process', seq: 1, agent_version: '2' };
    for (let epoch = 4; epoch < 9; epoch += 1) await agent.sync({ ...fourth, epoch });
    const [, , , last] = await eventsAt(client, path);
    expect(last).toMatchObject({ type: 'agent_restarted', count: 6 });
  });

  test('tells what of it went and came, once', async () => {
    const { client, path, has } = await host();
    const conditions = [{ code: 'nvidia_smi_failed', message: 'nvidia-smi fails: see dmesg.' }];
    await has({ gpus: [cudaGpu(0), cudaGpu(1)] });
    await has({ gpus: [cudaGpu(0)], address: '10.0.0.9', conditions });
    await has({ gpus: [cudaGpu(0)], address: '10.0.0.9' });
    const away = { code: 'docker_unavailable', message: 'Docker does not work: no socket.' };
    await has({ gpus: [cudaGpu(0)], address: '10.0.0.9', docker: null, conditions: [away] });
    await has({ gpus: [cudaGpu(0)], address: '10.0.0.9' });
    expect((await timeline(client, path)).slice(2)).toEqual([
      'gpus_changed: It has 2 GPUs now; new: GPU 0 (Fake, GPU-0), GPU 1 (Fake, GPU-1).',
      'gpus_changed: It has 1 GPU now; gone: GPU 1 (Fake, GPU-1).',
      'address_changed: Its address is 10.0.0.9 now; it was 127.0.0.1.',
      'condition_began: nvidia-smi fails: see dmesg.',
      'condition_over: No longer so: nvidia_smi_failed.',
      'engine_lost: Docker does not work: no socket.',
      'engine_back: Its Docker engine answers again (version 0).',
    ]);
  });
});

test('timelines are paged, newest first', async () => {
  const { client, agent } = await deployed();
  await say(agent, 'pulling', none);
  await say(agent, 'starting');
  await say(agent, 'running');
  const [instance] = await instancesOf(client);
  for (const path of ['deployments/model', `instances/${instance?.id}`]) {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await client.call<{ items: Event[]; next_cursor: string | null }>(
        'GET',
        `/api/v1/${path}/events?limit=3${query}`,
      );
      seen.push(...page.body.items.map(({ type }) => type));
      cursor = page.body.next_cursor;
    }
    expect(seen, path).toEqual(['ready', 'started', 'pulling', 'placed']);
  }
  const stranger = await newOrg();
  expect((await stranger.call('GET', `/api/v1/instances/${instance?.id}/events`)).status).toBe(404);
});
