import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Client, clientAt, newOrg } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import { newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

let planes: ControlPlanes;
let client: Client;

beforeAll(async () => {
  planes = await startControlPlanes(1, { LIMIT_WRITES_PER_AUTHOR_PER_MINUTE: '2' });
  const { orgId } = await newOrg();
  client = clientAt(planes.urls[1] ?? '', inject('stack').adminToken, orgId);
});

afterAll(() => planes.stop());

/** The line about the request that was answered with this id. */
function lineOf(headers: Headers): Promise<Record<string, unknown>> {
  const id = headers.get('longshore-request-id');
  return until(`the log has a line about ${id}`, () =>
    planes
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line))
      .find((line) => line.request_id === id && line.message === 'request'),
  );
}

test('a request has one line that says who asked for what, from where, and what it took', async () => {
  const headers = { 'cf-connecting-ip': '192.0.2.9', 'x-request-id': 'trace-42' };
  const reply = await client.call('GET', '/api/v1/hosts/host_nowhere?wait=1', undefined, {
    headers,
  });
  const line = await lineOf(reply.headers);
  expect(line).toMatchObject({
    level: 'info',
    method: 'GET',
    route: '/api/v1/hosts/:id',
    path: '/api/v1/hosts/host_nowhere',
    status: reply.status,
    code: reply.body.code,
    org_id: client.orgId,
    author: 'admin',
    client: '192.0.2.9',
    client_request_id: 'trace-42',
    quotas: 'failed-authentication',
    db_requests: expect.any(Number),
    duration_ms: expect.any(Number),
  });
  const lines = planes
    .log()
    .split('\n')
    .filter((text) => text.includes(String(line.request_id)));
  expect(lines).toHaveLength(1);
});

test('the host that speaks is named', async () => {
  const shared = await newFakeAgent(await newOrg());
  const reply = await client.call('POST', '/api/agent/v1/sync', shared.message(), {
    token: shared.secret,
  });
  expect(reply.status).toBe(200);
  expect(await lineOf(reply.headers)).toMatchObject({
    route: '/api/agent/v1/sync',
    host_id: shared.hostId,
  });
});

test('a request that a limit stopped says which', async () => {
  const write = () => client.call('POST', '/api/v1/enrollment-tokens', { uses: 1 });
  await write();
  await write();
  const reply = await write();
  expect(await lineOf(reply.headers)).toMatchObject({
    status: 429,
    code: 'too_many_requests',
    limited: 'author',
    db_requests: 0,
  });
});

test('what nobody asked for has a line without a route', async () => {
  const line = await lineOf((await client.call('GET', '/api/nothing/at/all')).headers);
  expect(line).toMatchObject({ status: 404, code: 'not_found', path: '/api/nothing/at/all' });
  expect(line).not.toHaveProperty('route');
});

test('no line holds a token, a body or a query, wherever they were sent', async () => {
  const secret = newSecret();
  const canary = `canary${secret.slice(8, 24)}`;
  const replies = [
    await client.call('GET', `/api/v1/hosts/${secret}`),
    await client.call('GET', `/api/v1/backends?search=${canary}`),
    await client.call('PUT', '/api/v1/secrets/NAME', { value: canary }),
    await client.call('POST', '/api/v1/backends', { [canary]: canary }),
    await client.call('GET', '/api/v1/hosts', undefined, { token: secret }),
    await client.call('GET', '/api/v1/meta', undefined, { headers: { 'x-request-id': secret } }),
    await client.call('GET', `/agent/${secret}`),
  ];
  for (const { headers } of replies) await lineOf(headers);
  expect(planes.log()).not.toContain(secret);
  expect(planes.log()).not.toContain(canary);
});
