import { createHash } from 'node:crypto';
import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import type { NewSignInLink, Session, SignedIn } from '../../contract/people.ts';
import { clientOf, newOrg } from '../support/client.ts';
import {
  codeOf,
  newBrowser,
  newEmail,
  newPerson,
  newPlatformPerson,
  password,
} from '../support/person.ts';

const me = '/api/v1/me';
const signIn = '/api/auth/sign-in/password';

function runSql(sql: string, args: string[] = []) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  return createClient({ url, authToken }).execute({ sql, args });
}

async function linkFor(input: Record<string, unknown>, orgId = 'org_default') {
  const client = clientOf(orgId);
  return client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
}

test('who has an account signs in by password, is told who and where they are, and signs out', async () => {
  const client = await newOrg();
  const { email, userId } = await newPerson(client, 'operator');
  const browser = newBrowser(client);
  const { status, body, headers } = await browser.call<SignedIn>('POST', signIn, {
    email: email.toUpperCase(),
    password,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.user).toEqual({ id: userId, email, name: 'A Person' });
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(
    /^longshore_session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
  );

  const { body: who } = await browser.call<Me>('GET', me);
  expect(who).toMatchObject({
    kind: 'person',
    role: 'operator',
    org: { id: client.orgId },
    user: { id: userId, email, name: 'A Person' },
    orgs: [{ id: client.orgId, role: 'operator' }],
    token_id: null,
    expires_at: body.expires_at,
  });

  const before = browser.cookie ?? '';
  expect((await browser.call('POST', '/api/auth/sign-out')).status).toBe(204);
  expect(browser.cookie).toBeNull();
  const after = await newBrowser(client).call('GET', me, undefined, {
    headers: { cookie: before },
  });
  expect(after).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
});

test('over https the cookie is Secure and of this host only', async () => {
  const client = await newOrg();
  const { email } = await newPerson(client, 'viewer');
  const https = { 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' };
  const { status, headers } = await client.call(
    'POST',
    signIn,
    { email, password },
    {
      token: null,
      headers: https,
    },
  );
  expect(status).toBe(200);
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^__Host-longshore_session=[^;]+; /);
  for (const word of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'])
    expect(cookie).toContain(word);
  expect(cookie).not.toContain('Domain');
  const [pair = ''] = cookie.split(';');
  const options = { token: null, org: null, headers: { ...https, cookie: pair } };
  expect((await client.call('GET', me, undefined, options)).status).toBe(200);
});

test('over https a cookie that another host of the domain could have set is none of ours', async () => {
  const client = await newOrg();
  const { email } = await newPerson(client, 'viewer');
  const https = { 'x-forwarded-proto': 'https', 'sec-fetch-site': 'same-origin' };
  const browser = newBrowser(client);
  await browser.call('POST', '/api/auth/sign-in/password', { email, password }, { headers: https });
  expect(browser.cookie).toMatch(/^__Host-/);
  const me = (headers: Record<string, string>) =>
    client.call('GET', '/api/v1/me', undefined, { token: null, org: null, headers });
  const cookie = browser.cookie ?? '';
  const plain = cookie.replace('__Host-', '');
  expect((await me({ ...https, cookie })).status).toBe(200);
  expect((await me({ ...https, cookie: plain })).status).toBe(401);
  expect((await me({ ...https, cookie: `${plain}; ${cookie}` })).status).toBe(200);
  expect((await me({ cookie })).status).toBe(401);
});

test('over plain http nobody signs in but on this machine', async () => {
  const client = await newOrg();
  const { email } = await newPerson(client, 'viewer');
  const headers = { host: 'longshore.example' };
  const reply = await client.call('POST', signIn, { email, password }, { token: null, headers });
  expect(reply).toMatchObject({ status: 403, body: { code: 'insecure_connection' } });
  expect(reply.headers.get('set-cookie')).toBeNull();
});

test('a wrong password and an unknown address read the same, and write nothing', async () => {
  const client = await newOrg();
  const { email } = await newPerson(client, 'viewer');
  const wrong = await newBrowser(client).call('POST', signIn, { email, password: `${password}!` });
  const unknown = await newBrowser(client).call('POST', signIn, { email: newEmail(), password });
  for (const reply of [wrong, unknown]) {
    expect(reply).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(reply.cost.rowsWritten).toBe(0);
  }
  const { request_id: _one, ...ofWrong } = wrong.body;
  const { request_id: _other, ...ofUnknown } = unknown.body;
  expect(ofWrong).toEqual(ofUnknown);
});

test('nobody makes an account without an invitation, and nothing else of the library is there', async () => {
  const browser = newBrowser(clientOf('org_default'));
  const input = { email: newEmail(), password, name: 'x' };
  const others = [
    'sign-up/email',
    'sign-in/email',
    'sign-in/social',
    'change-password',
    'get-session',
  ];
  others.push('list-sessions', 'update-user', 'callback/google', 'error', 'ok', 'reset-password');
  for (const path of others) {
    for (const method of ['GET', 'POST']) {
      const body = method === 'POST' ? input : undefined;
      const reply = await browser.call(method, `/api/auth/${path}`, body);
      expect(reply, path).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  }
  const { rows } = await runSql('SELECT id FROM users WHERE email = ?', [input.email]);
  expect(rows).toEqual([]);
});

test('a session costs one database request to check, and writes nothing', async () => {
  const { browser } = await newPerson(await newOrg(), 'viewer');
  const { status, cost } = await browser.call('GET', '/api/v1/deployments/none');
  expect(status).toBe(404);
  // One for the session, one for the deployment.
  expect(cost).toMatchObject({ requests: 2, rowsWritten: 0 });
  const refused = await browser.call('POST', '/api/v1/tokens', {});
  expect(refused).toMatchObject({ status: 403, cost: { requests: 1, rowsWritten: 0 } });
});

test('a cookie that we did not sign asks the database nothing', async () => {
  const { browser } = await newPerson(await newOrg(), 'viewer');
  const cookie = `${browser.cookie?.slice(0, -6)}AAAA%3D`;
  const reply = await browser.call('GET', me, undefined, { headers: { cookie } });
  expect(reply).toMatchObject({ status: 401, cost: { requests: 0 } });
});

test('a session that has expired is not let in', async () => {
  const { browser, userId } = await newPerson(await newOrg(), 'viewer');
  await runSql('UPDATE sessions SET expires_at = created_at WHERE user_id = ?', [userId]);
  expect(await browser.call('GET', me)).toMatchObject({ status: 401 });
});

test('what a stolen database holds signs nobody in', async () => {
  const client = await newOrg();
  const { browser, userId } = await newPerson(client, 'admin');
  const { body: link } = await linkFor({ email: newEmail() });
  const token =
    decodeURIComponent(browser.cookie ?? '')
      .replace(/^[^=]*=/, '')
      .split('.')[0] ?? '';
  const hash = createHash('sha256').update(token).digest('hex');
  const { rows } = await runSql('SELECT * FROM sessions WHERE user_id = ?', [userId]);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.token_hash).toBe(hash);
  const stored = [];
  for (const table of ['users', 'accounts', 'sessions', 'invitations', 'sign_in_links']) {
    stored.push(...(await runSql(`SELECT * FROM ${table}`)).rows);
  }
  const text = JSON.stringify(stored);
  for (const secret of [token, password, codeOf(link.url)]) expect(text).not.toContain(secret);
  // Its hash is no token, and neither is a cookie made from it.
  const forged = { cookie: `longshore_session=${hash}.${browser.cookie?.split('.')[1]}` };
  expect((await browser.call('GET', me, undefined, { headers: forged })).status).toBe(401);
});

test('people see their sessions, end one of them, and all', async () => {
  const client = await newOrg();
  const { browser, email } = await newPerson(client, 'viewer');
  const other = newBrowser(client);
  const agent = { headers: { 'user-agent': 'Other/1.0' } };
  await other.call('POST', signIn, { email, password }, agent);
  const list = async () =>
    (await browser.call<{ items: Session[] }>('GET', `${me}/sessions`)).body.items;
  expect((await list()).map((one) => [one.is_current, one.user_agent])).toEqual([
    [false, 'Other/1.0'],
    [true, null],
  ]);
  const [{ id } = { id: '' }] = await list();
  expect((await browser.call('DELETE', `${me}/sessions/${id}`)).status).toBe(204);
  expect((await other.call('GET', me)).status).toBe(401);
  expect((await browser.call('DELETE', `${me}/sessions/${id}`)).status).toBe(404);
  await other.call('POST', signIn, { email, password });
  expect((await browser.call('DELETE', `${me}/sessions`)).status).toBe(204);
  expect((await other.call('GET', me)).status).toBe(401);
  expect((await browser.call('GET', me)).status).toBe(401);
});

test("nobody ends another's session", async () => {
  const client = await newOrg();
  const [mine, theirs] = [await newPerson(client, 'admin'), await newPerson(client, 'viewer')];
  const { body } = await theirs.browser.call<{ items: Session[] }>('GET', `${me}/sessions`);
  const path = `${me}/sessions/${body.items[0]?.id}`;
  expect((await mine.browser.call('DELETE', path)).status).toBe(404);
  expect((await theirs.browser.call('GET', me)).status).toBe(200);
});

test('a new password needs the one before, and ends every other session', async () => {
  const client = await newOrg();
  const { browser, email } = await newPerson(client, 'viewer');
  const other = newBrowser(client);
  await other.call('POST', signIn, { email, password });
  const next = 'another horse battery';
  const put = (body: unknown) => browser.call('PUT', `${me}/password`, body);
  for (const current of [{}, { current_password: next }]) {
    const refused = await put({ new_password: next, ...current });
    expect(refused).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
  }
  expect((await put({ new_password: 'short', current_password: password })).status).toBe(400);
  expect((await other.call('GET', me)).status).toBe(200);
  expect((await put({ new_password: next, current_password: password })).status).toBe(204);
  expect((await browser.call('GET', me)).status).toBe(200);
  expect((await other.call('GET', me)).status).toBe(401);
  expect((await other.call('POST', signIn, { email, password })).status).toBe(401);
  expect((await other.call('POST', signIn, { email, password: next })).status).toBe(200);
});

test('a new password takes back the links that sign in as its owner', async () => {
  const client = await newOrg();
  const { browser, email } = await newPerson(client, 'viewer');
  const { body: link } = await linkFor({ email });
  const input = { current_password: password, new_password: 'another horse battery' };
  expect((await browser.call('PUT', `${me}/password`, input)).status).toBe(204);
  const code = { code: codeOf(link.url) };
  const reply = await newBrowser(client).call('POST', '/api/auth/sign-in-links/redeem', code);
  expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_code' } });
});

test('who is in no organisation sees and ends their sessions, and sets a password', async () => {
  const client = await newOrg();
  const { browser, email, userId } = await newPerson(client, 'viewer');
  const other = newBrowser(client);
  await other.call('POST', signIn, { email, password });
  await client.call('DELETE', `/api/v1/members/${userId}`);
  expect(await browser.call('GET', me)).toMatchObject({ body: { code: 'no_organisation' } });
  const list = await browser.call<{ items: Session[] }>('GET', `${me}/sessions`);
  expect(list.body.items).toHaveLength(2);
  const [{ id } = { id: '' }] = list.body.items.filter((one) => !one.is_current);
  expect((await browser.call('DELETE', `${me}/sessions/${id}`)).status).toBe(204);
  const input = { current_password: password, new_password: 'another horse battery' };
  expect((await browser.call('PUT', `${me}/password`, input)).status).toBe(204);
  expect((await browser.call('DELETE', `${me}/sessions`)).status).toBe(204);
  expect((await browser.call('GET', `${me}/sessions`)).status).toBe(401);
});

test('a person has at most a hundred sessions, all on one page: one more ends the oldest', async () => {
  const { browser, userId, email } = await newPerson(await newOrg(), 'viewer');
  const old = Array.from({ length: 100 }, (_, index) => `ses_${String(index).padStart(32, '0')}`);
  for (const id of old) {
    await runSql(
      `INSERT INTO sessions (token_hash, id, user_id, by_link, expires_at, created_at)
       SELECT ?, ?, id, 0, created_at + 600000, created_at FROM users WHERE id = ?`,
      [`hash of ${id} of ${userId}`, id, userId],
    );
  }
  await newBrowser(await newOrg()).call('POST', signIn, { email, password });
  const list = await browser.call<{ items: Session[] }>('GET', `${me}/sessions`);
  const ids = list.body.items.map(({ id }) => id);
  expect(ids).toHaveLength(100);
  expect(old.filter((id) => !ids.includes(id))).toEqual(old.slice(0, 2));
});

test('a session that ended says to sign in again, and a small role says no more than that it is', async () => {
  const { browser } = await newPerson(await newOrg(), 'viewer');
  const refused = await browser.call('GET', '/api/v1/tokens');
  expect(refused.body.title).toBe('You may not do that');
  const { cookie } = browser;
  await browser.call('POST', '/api/auth/sign-out');
  browser.cookie = cookie;
  const { status, body } = await browser.call('GET', me);
  expect([status, body.detail]).toEqual([
    401,
    'You are not signed in, or not any more: sign in again.',
  ]);
  expect(body.title).not.toContain('token');
});

test('a platform administrator who is signed in acts in every organisation', async () => {
  const { browser } = await newPlatformPerson();
  const { orgId } = await newOrg();
  const { body } = await browser.call<Me>('GET', me, undefined, { org: orgId });
  expect(body).toMatchObject({ role: 'platform', org: { id: orgId } });
  expect((await browser.call('GET', '/api/v1/orgs')).status).toBe(200);
});

test('a change that another site makes a browser send is refused, and a read is not', async () => {
  const client = await newOrg();
  const { browser } = await newPerson(client, 'admin');
  const { origin } = new URL(client.url);
  const change = (headers: Record<string, string>) =>
    client.call(
      'POST',
      '/api/v1/invitations',
      { email: newEmail(), role: 'viewer' },
      {
        token: null,
        org: null,
        headers: { cookie: browser.cookie ?? '', ...headers },
      },
    );
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${origin}.evil.example` },
    { 'sec-fetch-site': 'cross-site', origin },
    { 'sec-fetch-site': 'same-site', origin },
    { 'sec-fetch-site': 'none' },
  ];
  for (const headers of foreign) {
    const reply = await change(headers);
    expect(reply, JSON.stringify(headers)).toMatchObject({
      status: 403,
      body: { code: 'foreign_origin' },
      cost: { requests: 0 },
    });
  }
  for (const headers of [{ origin }, { 'sec-fetch-site': 'same-origin' }]) {
    expect((await change(headers)).status, JSON.stringify(headers)).toBe(201);
  }
  const read = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await browser.call('GET', me, undefined, { headers: read })).status).toBe(200);
});

test('no other site signs a browser in or out', async () => {
  const client = await newOrg();
  const { browser, email } = await newPerson(client, 'viewer');
  const headers = { origin: 'https://evil.example' };
  for (const [path, body] of [
    [signIn, { email, password }],
    ['/api/auth/sign-in-links/redeem', { code: 'x' }],
    ['/api/auth/sign-out', undefined],
  ] as const) {
    const signedOut = newBrowser(client);
    const reply = await signedOut.call('POST', path, body, { headers });
    expect(reply, path).toMatchObject({ status: 403, body: { code: 'foreign_origin' } });
  }
  expect((await browser.call('GET', me)).status).toBe(200);
});

test('of a token and a session the token counts, wherever the request comes from', async () => {
  const client = await newOrg();
  const { browser } = await newPerson(client, 'viewer');
  const { adminToken } = inject('stack');
  const options = {
    token: adminToken,
    org: client.orgId,
    headers: { origin: 'https://evil.example' },
  };
  const body = { email: newEmail(), role: 'viewer' };
  expect((await browser.call('POST', '/api/v1/invitations', body, options)).status).toBe(201);
  const broken = { headers: { authorization: 'Bearer no' } };
  expect((await browser.call('GET', me, undefined, broken)).status).toBe(401);
});
