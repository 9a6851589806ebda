import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { ApiToken, Me, NewApiToken } from '../../contract/access.ts';
import type { BackendRevision } from '../../contract/backend.ts';
import { newApiToken } from '../support/access/team.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newPerson } from '../support/person.ts';
import { until } from '../support/until.ts';

const read = (client: Client, id: string) => client.call<ApiToken>('GET', `/api/v1/tokens/${id}`);
const me = (client: Client, token?: string, org?: string | null) =>
  client.call<Me>('GET', '/api/v1/me', undefined, {
    ...(token ? { token } : {}),
    ...(org === undefined ? {} : { org }),
  });

async function sql(text: string, args: (string | number)[]) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  return (await createClient({ url, authToken }).execute({ sql: text, args })).rows;
}

test('a token is shown once, and the database has neither it nor what it could be made from', async () => {
  const client = await newOrg();
  const made = await client.call<NewApiToken>('POST', '/api/v1/tokens', {
    name: 'CI of team 1',
    role: 'operator',
  });
  expect(made.status).toBe(201);
  const { token, ...shown } = made.body;
  expect(token).toMatch(/^lsk_[0-9A-Za-z]{49}$/);
  expect(made.headers.get('location')).toBe(`/api/v1/tokens/${shown.id}`);
  expect(shown).toMatchObject({
    name: 'CI of team 1',
    role: 'operator',
    status: 'active',
    prefix: token.slice(0, 8),
    created_by: 'admin',
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
  });
  const again = await read(client, shown.id);
  const list = await client.call<{ items: ApiToken[] }>('GET', '/api/v1/tokens');
  expect(again.body).toEqual(shown);
  expect(list.body.items).toEqual([shown]);
  const [row] = await sql('SELECT * FROM api_tokens WHERE id = ?', [shown.id]);
  expect(JSON.stringify([again, list, row])).not.toContain(token.slice(8, 24));
});

test('it acts in its own organisation without naming one, and says who it is', async () => {
  const client = await newOrg();
  const { id, name, token } = await newApiToken(client, 'viewer', { expires_in_seconds: 3600 });
  const { body, cost } = await me(client, token, null);
  expect(body).toMatchObject({
    kind: 'token',
    name: `token:${name} (${id})`,
    role: 'viewer',
    org: { id: client.orgId },
    token_id: id,
  });
  expect(Date.parse(body.expires_at ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  // One request lets it in, the other reads the organisation's name.
  expect(cost.requests).toBe(2);
  expect((await me(client)).body).toEqual({
    kind: 'platform_administrator',
    name: 'admin',
    role: 'platform',
    org: { id: client.orgId, name: expect.any(String) },
    token_id: null,
    user: null,
    orgs: [],
    expires_at: null,
  });
});

test('what it does bears its name', async () => {
  const client = await newOrg();
  const { id, name, token } = await newApiToken(client, 'operator');
  await client.call('POST', '/api/v1/backends', definition(), { token });
  const revisions = await client.call<{ items: BackendRevision[] }>(
    'GET',
    '/api/v1/backends/engine/revisions',
  );
  expect(revisions.body.items[0]?.author).toBe(`token:${name} (${id})`);
});

test('a revoked token is refused from the next request on, stays listed, and is revoked once', async () => {
  const client = await newOrg();
  const { id, token } = await newApiToken(client, 'admin');
  expect((await me(client, token)).status).toBe(200);
  // By itself, too.
  const path = `/api/v1/tokens/${id}`;
  expect((await client.call('DELETE', path, undefined, { token })).status).toBe(204);
  expect((await me(client, token)).status).toBe(401);
  const { revoked_at, status } = (await read(client, id)).body;
  expect(status).toBe('revoked');
  expect((await client.call('DELETE', path)).status).toBe(204);
  expect((await read(client, id)).body.revoked_at).toBe(revoked_at);
});

test('an expired token is refused and says that it is expired', async () => {
  const client = await newOrg();
  const { id, token } = await newApiToken(client, 'admin', { expires_in_seconds: 60 });
  await sql('UPDATE api_tokens SET expires_at = ? WHERE id = ?', [Date.now() - 1, id]);
  expect((await me(client, token)).status).toBe(401);
  expect((await read(client, id)).body.status).toBe('expired');
});

test('when it was last used is written once an hour, and letting it in is one request', async () => {
  const client = await newOrg();
  const { id, token } = await newApiToken(client, 'viewer');
  const list = () => client.call('GET', '/api/v1/secrets', undefined, { token });
  const lastUse = async () => (await read(client, id)).body.last_used_at ?? undefined;
  const before = (await client.call('GET', '/api/v1/secrets')).cost.requests;
  expect((await list()).cost.requests).toBe(before + 1);
  const first = await until('its use is written down', lastUse);
  await list();
  const forbidden = await client.call('GET', '/api/v1/tokens', undefined, { token });
  expect(forbidden.status).toBe(403);
  expect(await lastUse()).toBe(first);
  const hourAgo = Date.now() - 3_601_000;
  await sql('UPDATE api_tokens SET last_used_at = ? WHERE id = ?', [hourAgo, id]);
  await list();
  await until('its use is written anew', async () => Date.parse((await lastUse()) ?? '') > hourAgo);
});

test('whatever became of a call, it was a use of its token: also what was there already, and what was refused', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const path = '/api/v1/backends/engine';
  const headers = { 'if-none-match': '"1"' };
  for (const [method, status] of [
    ['GET', 304],
    ['DELETE', 403],
  ] as const) {
    const { id, token } = await newApiToken(client, 'viewer');
    expect((await client.call(method, path, undefined, { token, headers })).status).toBe(status);
    await until('its use is written down', async () => (await read(client, id)).body.last_used_at);
  }
});

test.each([
  ['no name', { role: 'viewer' }],
  ['an unknown role', { name: 'x', role: 'owner' }],
  ['the role of the platform', { name: 'x', role: 'platform' }],
  ['a name that could pass for another', { name: 'x (tok_1)', role: 'viewer' }],
  ['too short a life', { name: 'x', role: 'viewer', expires_in_seconds: 59 }],
])('a token with %s is not made', async (_what, input) => {
  const client = await newOrg();
  expect((await client.call('POST', '/api/v1/tokens', input)).status).toBe(400);
});

test('the tokens that somebody made are found by who they are, also when they are gone', async () => {
  const client = await newOrg();
  await newPerson(client, 'admin');
  const { browser, userId } = await newPerson(client, 'admin');
  const make = { name: 'theirs', role: 'admin' };
  const { body: theirs } = await browser.call<NewApiToken>('POST', '/api/v1/tokens', make);
  const { token } = theirs;
  const child = await client.call<NewApiToken>('POST', '/api/v1/tokens', make, { token });
  const other = await newApiToken(client, 'viewer');
  await client.call('DELETE', `/api/v1/members/${userId}`);
  const madeBy = async (id: string) => {
    const path = `/api/v1/tokens?created_by=${encodeURIComponent(id)}`;
    const { body } = await client.call<{ items: ApiToken[] }>('GET', path);
    return body.items.map((one) => one.id);
  };
  expect(await madeBy(userId)).toEqual([theirs.id]);
  expect(await madeBy(theirs.id)).toEqual([child.body.id]);
  expect(await madeBy('admin')).toEqual([other.id]);
  expect(await madeBy(userId.slice(-8))).toEqual([]);
});
