import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { instancesOf } from '../support/deployment.ts';
import { enrolmentToken, newFakeAgent, newSecret, observed } from '../support/fake-agent.ts';
import { keepOnline } from '../support/keep-online.ts';
import { openLink } from '../support/link.ts';
import { until } from '../support/until.ts';

/** A host that runs the one replica of the deployment `model`. */
async function newFleet(deployment: Record<string, unknown> = {}) {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const agent = await newFakeAgent(client);
  await client.call('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    ...deployment,
  });
  await agent.sync();
  const running = agent.launches.map((launch) => observed(launch, 'running'));
  await agent.report(running);
  const path = `/api/v1/hosts/${agent.hostId}`;
  const act = (verb: string) => client.call<Host>('POST', `${path}/${verb}`);
  const host = async () => (await client.call<Host>('GET', path)).body;
  return { client, agent, path, act, host, running };
}

describe('a revoked host', () => {
  test('gets nothing from its next message on, and nothing that it says is taken', async () => {
    const { client, agent, act, host, running } = await newFleet();
    const { socket } = await openLink(client, agent.secret);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const revoked = await act('revoke');
    expect(revoked.body).toMatchObject({
      status: 'offline',
      revoked_at: expect.any(String),
      conditions: [{ code: 'revoked', message: expect.stringContaining('unrevoke') }],
    });
    expect(await closed).toBe(4001);
    const before = await host();
    // A host that has lost everything asks for its whole set.
    for (const change of [
      {},
      { era: null, desired_revision: 0 },
      { epoch: 9, process_id: 'other-process' },
    ]) {
      const reply = await agent.sync(change);
      expect(reply.status).toBe(403);
      expect(reply.body).toMatchObject({ code: 'host_revoked' });
      expect(JSON.stringify(reply.body)).not.toContain('launches');
    }
    expect((await agent.report(running)).status).toBe(403);
    await expect(openLink(client, agent.secret)).rejects.toThrow(/403/);
    const asAgent = { token: agent.secret };
    const calls = [
      client.call('GET', '/api/agent/v1/host', undefined, asAgent),
      client.call('POST', '/api/agent/v1/rotate', { next_secret: newSecret() }, asAgent),
      client.call('POST', '/api/agent/v1/conflict', { epoch: 1, process_id: 'a-process' }, asAgent),
    ];
    for (const reply of await Promise.all(calls)) expect(reply.status).toBe(403);
    expect(await host()).toEqual(before);
  });

  test('sends nobody to what it ran, which is replaced elsewhere, and is never chosen again', async () => {
    const { client, agent, act } = await newFleet({ replace_after_seconds: 20 });
    const [first] = await instancesOf(client);
    expect((await act('revoke')).status).toBe(200);
    const model = async () =>
      (await client.call<Deployment>('GET', '/api/v1/deployments/model')).body;
    expect((await model()).status).toMatchObject({ ready_replicas: 0, endpoints: [] });
    const { body } = await client.call<Instance>('GET', `/api/v1/instances/${first?.id}`);
    expect(body).toMatchObject({
      state: 'unreachable',
      reason: 'host_revoked',
      message: expect.stringContaining('revoked'),
    });
    const second = await client.call<Deployment>('POST', '/api/v1/deployments', {
      name: 'second',
      backend_name: 'engine',
    });
    expect(second.body.status.message).toContain('1 is revoked');
    const other = keepOnline(await newFakeAgent(client));
    await until(
      'it runs elsewhere',
      async () => (await instancesOf(client)).some(({ host_id }) => host_id === other.hostId),
      60_000,
    );
    expect((await agent.sync()).status).toBe(403);
  }, 80_000);

  test('asked for twice it is told once; taken back, the host speaks again', async () => {
    const { client, agent, act, host, path, running } = await newFleet();
    const first = await act('revoke');
    const again = await act('revoke');
    expect(again.body.revoked_at).toBe(first.body.revoked_at);
    expect((await act('rotate-secret')).body).toMatchObject({ code: 'conflict' });
    for (let time = 0; time < 2; time += 1) {
      expect((await act('unrevoke')).body).toMatchObject({ revoked_at: null, conditions: [] });
    }
    const reply = await agent.sync();
    expect(reply.status).toBe(200);
    expect(reply.body.send_all).toBe(true);
    await agent.report(running);
    expect((await host()).status).toBe('online');
    await until('it serves again', async () => {
      const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
      return body.status.ready_replicas === 1;
    });
    const { body } = await client.call<{ items: Event[] }>('GET', `${path}/events`);
    expect(body.items.map(({ type }) => type)).toEqual([
      'online',
      'unrevoked',
      'revoked',
      'enrolled',
    ]);
  });

  test('is not enrolled again by its old secret and a new token', async () => {
    const client = await newOrg();
    const install = { install_id: 'installation-0009', secret: newSecret(), name: 'box' };
    const enroll = async () =>
      client.call<{ host_id: string }>('POST', '/api/agent/v1/enroll', install, {
        token: await enrolmentToken(client),
      });
    const { host_id } = (await enroll()).body;
    await client.call('POST', `/api/v1/hosts/${host_id}/revoke`);
    expect((await enroll()).body).toMatchObject({ code: 'host_revoked' });
  });

  test('tells what is to leave it that it hears nothing, and the way out', async () => {
    const { client, act, path } = await newFleet();
    await act('revoke');
    await client.call('DELETE', '/api/v1/deployments/model');
    const [instance] = await instancesOf(client);
    expect(instance?.message).toContain(`${path}/unrevoke`);
    expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
    await until(
      'it is gone',
      async () => (await client.call('GET', '/api/v1/deployments/model')).status === 404,
    );
  });
});

test('a host that was removed is told so, and that what it runs is to be stopped', async () => {
  const { client, agent, path } = await newFleet();
  expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
  expect((await agent.sync()).body).toMatchObject({ code: 'host_removed', status: 410 });
  // Nobody else is.
  const reply = await client.call('POST', '/api/agent/v1/sync', agent.message(), {
    token: newSecret(),
  });
  expect(reply.body).toMatchObject({ code: 'unauthorized' });
});
