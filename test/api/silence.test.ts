import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

/** Since when an organisation's instances are not replaced. */
async function heldAt(client: Client): Promise<unknown> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const { rows } = await createClient({ url, authToken }).execute({
    sql: 'SELECT replacement_held_at AS held_at FROM orgs WHERE id = ?',
    args: [client.orgId],
  });
  return rows[0]?.held_at;
}

test('a silent host is offline and its instances unreachable; its next word brings both back', async () => {
  const client = await newOrg();
  // In another organisation both hosts fall silent at once.
  const stricken = await newOrg();
  await newFakeAgent(stricken);
  await newFakeAgent(stricken);
  await client.call('POST', '/api/v1/backends', definition());
  const agent = await newFakeAgent(client);
  await client.call('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });
  await agent.sync();
  const running = agent.launches.map((launch) => observed(launch, 'running'));
  await agent.report(running);

  const host = async () => (await client.call<Host>('GET', `/api/v1/hosts/${agent.hostId}`)).body;
  await until('the host is offline', async () => (await host()).status === 'offline', 50_000);
  await until('replacements are held', async () => Number(await heldAt(stricken)) > 0, 20_000);
  expect(await heldAt(client)).toBe(null);
  const { body } = await client.call<Deployment>('GET', '/api/v1/deployments/model');
  expect(body.status).toMatchObject({ ready_replicas: 0, endpoints: [] });
  expect(body.status.message).toContain('host is silent');
  const pending = await client.call<Deployment>('POST', '/api/v1/deployments', {
    name: 'second',
    backend_name: 'engine',
  });
  expect(pending.body.status.message).toContain('1 host: 1 is offline');

  expect((await agent.sync()).body.send_all).toBe(true);
  expect((await host()).status).toBe('online');
  await agent.report(running);
  await until('both are there again', async () => {
    const { body } = await client.call<{ items: Deployment[] }>('GET', '/api/v1/deployments');
    const [model, second] = body.items;
    return model?.status.phase === 'available' && second?.status.phase === 'progressing';
  });
  const told = async (path: string) => {
    const reply = await client.call<{ items: Event[] }>('GET', `/api/v1/${path}/events`);
    return reply.body.items.reverse();
  };
  const ofHost = await told(`hosts/${agent.hostId}`);
  expect(ofHost.map(({ type, count }) => [type, count])).toEqual([
    ['enrolled', 1],
    ['offline', 1],
    ['online', 2],
  ]);
  expect(ofHost[2]?.message).toMatch(/^It is back in contact after \d+ s\.$/);
  const ofModel = await told('deployments/model');
  expect(ofModel.map(({ type }) => type)).toEqual(['placed', 'unreachable', 'ready']);
}, 110_000);

test('a deletion that waits for a silent host says so, with the way out', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const agent = await newFakeAgent(client);
  const path = '/api/v1/deployments/model';
  await client.call('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });
  await agent.sync();
  await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
  expect((await client.call<Deployment>('DELETE', path)).body.status).toMatchObject({
    phase: 'deleting',
    message: 'Its containers are being stopped.',
  });
  const status = async () => (await client.call<Deployment>('GET', path)).body.status;
  const message = await until(
    'its host is silent',
    async () => {
      const said = (await status()).message;
      return said.includes('silent') && said;
    },
    50_000,
  );
  expect(message).toContain('(fake)');
  expect(message).toContain(`DELETE ${path}?force=true`);
  const { body } = await client.call<{ items: Instance[] }>('GET', `${path}/instances`);
  expect(body.items).toMatchObject([
    { state: 'stopping', message: expect.stringContaining(`hosts/${agent.hostId}?force=true`) },
  ]);
  await agent.sync();
  await agent.report([]);
  await until('it is gone', async () => (await client.call('GET', path)).status === 404);
}, 90_000);
