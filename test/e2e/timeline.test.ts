import { describe, expect } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { InstanceDetail } from '../../contract/instance.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { startAgentProcess } from '../support/agent-process.ts';
import { type Client, newOrg } from '../support/client.ts';
import { dockerTest } from '../support/docker.ts';
import { until } from '../support/until.ts';

async function deploy(client: Client, flags: string): Promise<void> {
  const reply = await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    image_name: DEMO_IMAGE,
    run_command: `serve --host {{worker_ip}} --port {{port}} ${flags}`,
    health: { interval_seconds: 1, failure_threshold: 2 },
  });
  expect(reply.status).toBe(201);
}

/** Oldest first. */
async function timeline(client: Client): Promise<Event[]> {
  const { body } = await client.call<{ items: Event[] }>('GET', '/api/v1/deployments/model/events');
  return body.items.reverse();
}

/** Waits for an event of this type. */
function happens(client: Client, type: Event['type']): Promise<Event> {
  return until(`the timeline tells ${type}`, async () =>
    (await timeline(client)).find((event) => event.type === type),
  );
}

async function order(client: Client): Promise<string[]> {
  return (await timeline(client)).map(({ type }) => type);
}

describe('why an instance does not run is read off its timeline', () => {
  dockerTest('one that ends at its start: code, last words, back-off, crash loop', async () => {
    const client = await newOrg();
    const { hostId } = await startAgentProcess(client);
    await deploy(client, '--fail-at-start 3');
    const exited = await happens(client, 'exited');
    expect(exited.message).toMatch(/^exited with code 3; restart \d in \d s; last lines: /);
    expect(exited.message).toContain('failed at start on request');
    expect(exited).toMatchObject({ host_id: hostId, generation: 1 });
    expect(Date.parse(exited.until ?? '')).toBeGreaterThan(Date.parse(exited.time));
    const loop = await happens(client, 'crash_loop');
    expect(loop.message).toMatch(
      /^crash loop \(3 restarts .*\): exited with code 3; restart 4 in 8 s/,
    );
    const all = await timeline(client);
    expect(all[0]).toMatchObject({
      type: 'placed',
      message: expect.stringMatching(/^Placed on test-host, port \d+: the only host\.$/),
    });
    expect(all.find(({ type }) => type === 'exited')?.count).toBe(3);
    const path = `/api/v1/instances/${loop.instance_id}`;
    const { body } = await client.call<InstanceDetail>('GET', path);
    expect(body).toMatchObject({ state: 'restarting', reason: 'crash_loop', restarts: 3 });
    expect(body.retry_at).toBe(loop.until);
    const own = await client.call<{ items: Event[] }>('GET', `${path}/events`);
    expect(own.body.items.reverse()).toEqual(all);
  });

  dockerTest('one whose health check fails: what it answered, and for how long', async () => {
    const client = await newOrg();
    await startAgentProcess(client);
    await deploy(client, '');
    const ready = await happens(client, 'ready');
    expect(ready.message).toMatch(/^running; ready (\d+ ms|[\d.]+ s) after its start/);
    const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
    const url = body.status.endpoints[0]?.url;
    const turn = async (mode: 'unhealthy' | 'recover') => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ mode });
      const reply = await fetch(`${url}/stand-in/fail`, { method: 'POST', headers, body });
      expect(reply.status).toBe(202);
    };
    await turn('unhealthy');
    const failed = await happens(client, 'probe_failed');
    expect(failed.message).toMatch(/GET \/v1\/models: HTTP 503; .*unhealthy on request/);
    await turn('recover');
    await until('it is ready again', async () => (await order(client)).at(-1) === 'ready');
    const again = (await timeline(client)).at(-1);
    expect(again).toMatchObject({ count: 2, first_time: ready.time });
    expect(again?.message).toMatch(/passes its health check again after (\d+ ms|[\d.]+ s)/);
  });
});
