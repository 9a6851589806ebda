import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import type { Instance } from '../../contract/instance.ts';
import { type Client, newOrg, type Reply } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { type FakeAgent, inventoryWith, newFakeAgent, observed } from '../support/fake-agent.ts';
import { enrolMany } from '../support/many-hosts.ts';
import { until } from '../support/until.ts';

/*
 * Many of everything: lists come in pages whose cost does not depend on how much there is beside them, and one
 * deployment of a hundred replicas is a hundred times as much as one of one.
 */

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** All pages of a list, with the cost of each. */
async function pagesOf<Item>(client: Client, path: string, limit: number) {
  const pages: Reply<Page<Item>>[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Reply<Page<Item>> = await client.call('GET', `${path}?limit=${limit}${next}`);
    expect(page.status).toBe(200);
    pages.push(page);
    cursor = page.body.next_cursor;
  }
  return pages;
}

/** Each page is one database request, and the full ones read about the same. */
function expectEvenCost(pages: readonly Reply<Page<unknown>>[], limit: number): void {
  const full = pages.filter(({ body }) => body.items.length === limit);
  expect(full.length).toBeGreaterThan(2);
  expect(new Set(pages.map(({ cost }) => cost.requests))).toEqual(new Set([1]));
  const read = full.map(({ cost }) => cost.rowsRead);
  // The first reads no cursor, and the last of the full ones finds no row beyond it.
  expect(Math.max(...read) - Math.min(...read)).toBeLessThanOrEqual(12);
}

async function rowsOf({ orgId }: Client): Promise<Record<string, number>> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  const of = (table: string) => `(SELECT count(*) FROM ${table} WHERE org_id = ?1) AS ${table}`;
  const { rows } = await createClient({ url, authToken }).execute({
    sql: `SELECT ${['deployments', 'instances', 'launches'].map(of).join(', ')},
      (SELECT count(*) FROM claims WHERE host_id IN (SELECT id FROM hosts WHERE org_id = ?1)) AS claims,
      (SELECT count(*) FROM events WHERE org_id = ?1 AND subject LIKE 'dep_%') AS events`,
    args: [orgId],
  });
  return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([key, n]) => [key, Number(n)]));
}

test('a thousand hosts: pages cost the same wherever they begin, and a deployment is placed with two requests', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  await enrolMany(client, 1000);
  const pages = await pagesOf<Host>(client, '/api/v1/hosts', 50);
  expect(new Set(pages.flatMap(({ body }) => body.items.map(({ id }) => id))).size).toBe(1000);
  expectEvenCost(pages, 50);
  const body = { name: 'model', backend_name: 'engine', replicas: 100 };
  const posted = await client.call<Deployment>('POST', '/api/v1/deployments', body);
  expect(posted.status).toBe(201);
  expect(posted.cost.requests).toBe(2);
  // Placing looks at every host, on each of which a replica may be by now.
  expect(posted.cost.rowsRead).toBeLessThanOrEqual(6 * 1000);
  const waiting = await client.call<Deployment>('POST', '/api/v1/deployments', {
    name: 'nowhere',
    backend_name: 'engine',
    placement: { host_labels: { zone: 'none' } },
  });
  expect(waiting.cost.rowsRead).toBeLessThanOrEqual(6 * 1000);
  expect(waiting.cost.rowsWritten).toBeLessThanOrEqual(13);
  expect(waiting.body.status.message).toContain('1000 hosts: 1000 lack the label zone=none');
}, 120_000);

test('two hundred deployments: pages of them cost the same wherever they begin', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  // Nobody has room for them, so that they do not get in each other's way.
  for (let made = 0; made < 200; made += 10) {
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        client.call('POST', '/api/v1/deployments', {
          name: `model-${made + index}`,
          backend_name: 'engine',
        }),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
  }
  const pages = await pagesOf<Deployment>(client, '/api/v1/deployments', 40);
  const names = pages.flatMap(({ body }) => body.items.map(({ name }) => name));
  expect(new Set(names).size).toBe(200);
  expect(names).toEqual([...names].sort());
  expectEvenCost(pages, 40);
}, 120_000);

test('a hundred replicas come up and go again, each as cheaply as one alone', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const agents: FakeAgent[] = [];
  for (let index = 0; index < 4; index += 1) {
    agents.push(
      await newFakeAgent(client, inventoryWith({ port_range: { first: 30_000, last: 30_039 } })),
    );
  }
  const path = '/api/v1/deployments/model';
  const body = { name: 'model', backend_name: 'engine', replicas: 100 };
  const posted = await client.call<Deployment>('POST', '/api/v1/deployments', body);
  expect(posted.status).toBe(201);
  expect(posted.cost.requests).toBe(2);
  let requests = 2;
  let rows = posted.cost.rowsWritten;
  const count = ({ cost }: Reply<unknown>) => {
    requests += cost.requests;
    rows += cost.rowsWritten;
  };
  for (const agent of agents) {
    count(await agent.sync());
    expect(agent.launches).toHaveLength(25);
    for (const state of ['pulling', 'starting', 'running'] as const) {
      count(await agent.report(agent.launches.map((launch) => observed(launch, state))));
    }
  }
  expect(requests).toBe(2 + 4 * 4);
  expect(rows).toBeLessThanOrEqual(100 * 30);
  const up = await client.call<Deployment>('GET', path);
  expect(up.body.status).toMatchObject({ phase: 'available', ready_replicas: 100 });
  const { endpoints } = up.body.status;
  expect(new Set(endpoints.map((endpoint) => endpoint.instance_id)).size).toBe(100);
  const listed = await client.call<Page<Deployment>>('GET', '/api/v1/deployments');
  expect(listed.body.items[0]?.status).toMatchObject({ ready_replicas: 100 });
  expect(listed.body.items[0]?.status.endpoints).toHaveLength(10);

  const pages = await pagesOf<Instance>(client, `${path}/instances`, 20);
  const ids = pages.flatMap(({ body: { items } }) => items.map(({ id }) => id));
  expect(new Set(ids).size).toBe(100);
  expect(ids).toEqual([...ids].sort());
  expectEvenCost(pages, 20);
  expectEvenCost(await pagesOf<Event>(client, `${path}/events`, 100), 100);

  expect((await client.call('DELETE', path)).status).toBe(202);
  await until('it is gone', async () => {
    for (const agent of agents) {
      await agent.sync();
      await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    }
    return (await client.call('GET', path)).status === 404;
  });
  expect(await rowsOf(client)).toEqual({
    deployments: 0,
    instances: 0,
    launches: 0,
    claims: 0,
    events: 0,
  });
}, 120_000);

test('a thousand replicas, the most that one deployment may have, are made and scaled down by one call each', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  for (let index = 0; index < 3; index += 1) {
    await newFakeAgent(client, inventoryWith({ port_range: { first: 30_000, last: 30_999 } }));
  }
  const body = { name: 'model', backend_name: 'engine', replicas: 1000 };
  const posted = await client.call<Deployment>('POST', '/api/v1/deployments', body);
  expect(posted.status).toBe(201);
  expect(posted.cost.requests).toBe(2);
  expect(posted.body.status.rollout.updated_replicas).toBe(1000);
  const headers = { 'if-match': '"1"' };
  const scaled = await client.call<Deployment>(
    'PATCH',
    '/api/v1/deployments/model',
    { replicas: 1 },
    { headers },
  );
  expect(scaled.status).toBe(200);
  expect(scaled.cost.requests).toBe(3);
  expect(scaled.body.status.rollout.updated_replicas).toBe(1);
}, 120_000);
