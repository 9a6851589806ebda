import { randomBytes } from 'node:crypto';
import { createClient } from '@libsql/client/http';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import { readAudit } from '../support/audit.ts';
import { clientAt, newOrg } from '../support/client.ts';
import { type ControlPlanes, startControlPlanes } from '../support/control-planes.ts';
import {
  type OidcProvider,
  type ProviderUser,
  startOidcProvider,
} from '../support/oidc-provider.ts';
import { codeOf, invite, newBrowser, newEmail, newPerson } from '../support/person.ts';

/* Signing in at an identity provider: a real control plane, and a provider of the test's own on loopback. */

let provider: OidcProvider;
let planes: ControlPlanes;
let url: string;

beforeAll(async () => {
  provider = await startOidcProvider();
  planes = await startControlPlanes(1, settings());
  url = planes.urls[1] ?? '';
});
afterAll(async () => {
  await planes.stop();
  await provider.stop();
});
beforeEach(() => {
  provider.discovery = 'answers';
  provider.forgery = {};
  provider.user = null;
});

const settings = () => ({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
  OIDC_NAME: 'Example',
});

/** A browser with a cookie jar, which follows redirects only where it is told to. */
function newJar() {
  const jar = new Map<string, string>();
  return {
    jar,
    async go(address: string, init: { method?: string; body?: unknown } = {}) {
      const reply = await fetch(address, {
        method: init.method ?? 'GET',
        redirect: 'manual',
        headers: {
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(init.method ? { origin: url, 'content-type': 'application/json' } : {}),
        },
        ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      });
      for (const cookie of reply.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        if (value === '' || /max-age=0/i.test(cookie)) jar.delete(name);
        else jar.set(name, value);
      }
      return reply;
    },
  };
}

type Jar = ReturnType<typeof newJar>;

async function start(browser: Jar, body: unknown = {}): Promise<string> {
  const reply = await browser.go(`${url}/api/auth/sign-in/oidc`, { method: 'POST', body });
  const answer = (await reply.json()) as { url: string };
  expect(reply.status, JSON.stringify(answer)).toBe(200);
  return answer.url;
}

/** All the way, and back. Gives where the browser is sent in the end. */
async function signIn(browser: Jar, body: unknown = {}): Promise<string> {
  const there = await browser.go(await start(browser, body));
  const back = await browser.go(there.headers.get('location') ?? '');
  expect(back.status).toBe(302);
  return back.headers.get('location') ?? '';
}

async function whoIs(browser: Jar): Promise<{ status: number; body: Me }> {
  const reply = await browser.go(`${url}/api/v1/me`);
  return { status: reply.status, body: (await reply.json()) as Me };
}

const newUser = (change: Partial<ProviderUser> = {}): ProviderUser => ({
  sub: randomBytes(8).toString('hex'),
  email: newEmail(),
  email_verified: true,
  name: 'Somebody',
  ...change,
});

/** An organisation that invites that address; `body` is what a sign-in from the invitation's page begins with. */
async function invited(email: string) {
  const client = await newOrg();
  const { id, url: link } = await invite(client, email, 'operator');
  return { client, id, body: { invitation_code: codeOf(link) } };
}

function runSql(sql: string, args: string[]) {
  const { databaseUrl, databaseToken: authToken } = inject('stack');
  return createClient({ url: databaseUrl, authToken }).execute({ sql, args });
}

test('people are told of the provider, where there is one', async () => {
  const methods = async (at: string) => (await fetch(`${at}/api/auth/methods`)).json();
  expect(await methods(url)).toEqual({ password: true, oidc: { name: 'Example' } });
  const without = inject('stack').url;
  expect(await methods(without)).toEqual({ password: true, oidc: null });
  const client = clientAt(without, '', '');
  const reply = await client.call('POST', '/api/auth/sign-in/oidc', {}, { token: null });
  expect(reply).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('who is invited gets in by the provider, with the role of the invitation, and comes back the same person', async () => {
  const user = newUser();
  const { client, body: start } = await invited(user.email);
  const { orgId } = client;
  provider.user = user;
  const browser = newJar();
  expect(await signIn(browser, { ...start, return_to: '/hosts?x=1' })).toBe(`${url}/hosts?x=1`);
  expect([...browser.jar.keys()]).toEqual(['longshore_session']);
  const { body } = await whoIs(browser);
  expect(body).toMatchObject({
    role: 'operator',
    org: { id: orgId },
    user: { email: user.email, name: 'Somebody' },
  });
  const lines = await readAudit(client, `resource_name=${user.email}&limit=2`);
  const told = lines.map(({ operation, actor, resource }) => [
    operation,
    actor.name,
    resource.kind,
  ]);
  expect(told).toEqual([
    ['finishOidcSignIn', user.email, 'session'],
    ['finishOidcSignIn', user.email, 'member'],
  ]);
  // The provider's own id counts, not the address, which people change.
  provider.user = { ...user, email: newEmail(), email_verified: false };
  const again = newJar();
  expect(await signIn(again)).toBe(`${url}/`);
  expect((await whoIs(again)).body.user).toEqual(body.user);
});

test('who is not invited, or whose address the provider does not vouch for, gets no account', async () => {
  const [stranger, unproven] = [newUser(), newUser({ email_verified: false })];
  const { body } = await invited(unproven.email);
  for (const [user, start, error] of [
    [stranger, {}, 'not_invited'],
    [unproven, {}, 'email_not_verified'],
    [unproven, body, 'email_not_verified'],
  ] as const) {
    await expectRefused(user, start, error);
  }
});

async function expectRefused(user: ProviderUser, start: object, error: string): Promise<void> {
  provider.user = user;
  const browser = newJar();
  expect(await signIn(browser, start)).toContain(`/sign-in?error=${error}`);
  expect(browser.jar.has('longshore_session')).toBe(false);
  expect((await whoIs(browser)).status).toBe(401);
  const { rows } = await runSql('SELECT id FROM users WHERE email = ?', [user.email]);
  expect(rows).toEqual([]);
}

test('an invitation whose link nobody opened lets nobody in: anybody may invite anybody', async () => {
  const user = newUser();
  const [theirs, ours] = [await invited(user.email), await invited(user.email)];
  await expectRefused(user, {}, 'invitation_not_opened');
  const browser = newJar();
  expect(await signIn(browser, ours.body)).toBe(`${url}/`);
  const { body } = await whoIs(browser);
  expect(body.orgs.map(({ id }) => id)).toEqual([ours.client.orgId]);
  const list = await theirs.client.call<{ items: unknown[] }>('GET', '/api/v1/invitations');
  expect(list.body.items).toHaveLength(1);
  // Who is known comes into one more by its link.
  expect(await signIn(newJar())).toBe(`${url}/`);
  expect((await whoIs(browser)).body.orgs).toHaveLength(1);
  expect(await signIn(browser, theirs.body)).toBe(`${url}/`);
  expect((await whoIs(browser)).body.orgs).toHaveLength(2);
  const [line] = await readAudit(theirs.client, `resource_name=${user.email}&resource_kind=member`);
  expect(line).toMatchObject({
    operation: 'finishOidcSignIn',
    actor: { name: user.email },
    note: `By the invitation ${theirs.id}.`,
  });
});

test("an invitation that was taken back, was used or is another's lets nobody in", async () => {
  const [revoked, others] = [newUser(), newUser()];
  const { client, id, body } = await invited(revoked.email);
  await client.call('DELETE', `/api/v1/invitations/${id}`);
  await expectRefused(revoked, body, 'invalid_code');
  const open = await invited(newEmail());
  await expectRefused(others, open.body, 'invitation_of_another');
  const used = await invited(others.email);
  const browser = newJar();
  await signIn(browser, used.body);
  expect(await signIn(newJar(), used.body)).toContain('/sign-in?error=invalid_code');
  expect(await signIn(newJar(), open.body)).toContain('/sign-in?error=invitation_of_another');
  expect((await whoIs(browser)).body.orgs).toHaveLength(1);
});

test('an invitation that is used by many at once makes one member', async () => {
  const user = newUser();
  provider.user = user;
  const { client, body } = await invited(user.email);
  const ways = await Promise.all([1, 2, 3, 4].map(() => signIn(newJar(), body)));
  expect(ways.filter((way) => way === `${url}/`).length).toBe(1);
  const members = await client.call<{ items: unknown[] }>('GET', '/api/v1/members');
  expect(members.body.items).toHaveLength(1);
});

test('an address that was given to somebody else at the provider does not let them into the account', async () => {
  const user = newUser();
  provider.user = user;
  const { body } = await invited(user.email);
  await signIn(newJar(), body);
  provider.user = newUser({ email: user.email });
  expect(await signIn(newJar())).toContain('/sign-in?error=account_not_linked');
});

test('another provider that calls somebody by the same id does not let them in', async () => {
  const another = await startOidcProvider();
  const elsewhere = await startControlPlanes(1, {
    OIDC_ISSUER: another.issuer,
    OIDC_CLIENT_ID: another.clientId,
    OIDC_CLIENT_SECRET: another.clientSecret,
  });
  const here = url;
  try {
    const user = newUser();
    provider.user = user;
    const { body } = await invited(user.email);
    await signIn(newJar(), body);
    url = elsewhere.urls[1] ?? '';
    for (const email of [user.email, newEmail()]) {
      another.user = { ...user, email };
      const browser = newJar();
      expect(await signIn(browser)).toContain('/sign-in?error=');
      expect((await whoIs(browser)).status).toBe(401);
    }
  } finally {
    url = here;
    await elsewhere.stop();
    await another.stop();
  }
});

test('an account from before the issuer was kept is one of the provider that people sign in at', async () => {
  const user = newUser();
  provider.user = user;
  const { body } = await invited(user.email);
  const browser = newJar();
  await signIn(browser, body);
  const before = await whoIs(browser);
  await runSql("UPDATE accounts SET provider_id = 'oidc' WHERE account_id = ?", [user.sub]);
  const again = newJar();
  expect(await signIn(again)).toBe(`${url}/`);
  expect((await whoIs(again)).body.user).toEqual(before.body.user);
  const { rows } = await runSql('SELECT provider_id FROM accounts WHERE account_id = ?', [
    user.sub,
  ]);
  expect(rows).toMatchObject([{ provider_id: `oidc:${provider.issuer}` }]);
});

test('an address that nobody has proven is not joined with the account at the provider', async () => {
  const { email } = await newPerson(await newOrg(), 'admin');
  provider.user = newUser({ email });
  const browser = newJar();
  expect(await signIn(browser)).toContain('/sign-in?error=account_not_linked');
  expect((await whoIs(browser)).status).toBe(401);
});

test('an ID token that is not for us, not of now, not of this flow or not signed by the provider is refused', async () => {
  const past = Math.floor(Date.now() / 1000) - 7200;
  const forgeries: OidcProvider['forgery'][] = [
    { foreignKey: true },
    { claims: { iss: 'https://other.example' } },
    { claims: { aud: 'another-client' } },
    { claims: { exp: past, iat: past - 300 } },
    { claims: { nonce: 'another' } },
  ];
  for (const forgery of forgeries) {
    provider.user = newUser();
    const { body } = await invited(provider.user.email);
    provider.forgery = forgery;
    const browser = newJar();
    expect(await signIn(browser, body), JSON.stringify(forgery)).toMatch(/\/sign-in\?error=/);
    expect((await whoIs(browser)).status).toBe(401);
  }
});

test("nobody is signed in by another's callback, a state of their own, or one that was used", async () => {
  provider.user = newUser();
  const { body } = await invited(provider.user.email);
  const attacker = newJar();
  const there = await attacker.go(await start(attacker, body));
  const callback = there.headers.get('location') ?? '';
  const victim = newJar();
  expect((await victim.go(callback)).headers.get('location')).toContain('error=state_mismatch');
  await start(victim);
  expect((await victim.go(callback)).headers.get('location')).toContain('error=state_mismatch');
  expect((await whoIs(victim)).status).toBe(401);
  const kept = new Map(attacker.jar);
  expect((await attacker.go(callback)).headers.get('location')).toBe(`${url}/`);
  const replayed = newJar();
  for (const [name, value] of kept) replayed.jar.set(name, value);
  expect((await replayed.go(callback)).headers.get('location')).toContain('error=');
  expect((await whoIs(replayed)).status).toBe(401);
});

test('who says no at the provider is sent back to the sign-in page', async () => {
  expect(await signIn(newJar())).toContain('/sign-in?error=access_denied');
});

test('nobody is sent to another site after signing in', async () => {
  for (const return_to of ['https://evil.example/', '//evil.example', '/\\evil.example', 'hosts']) {
    const init = { method: 'POST', body: { return_to } };
    const reply = await newJar().go(`${url}/api/auth/sign-in/oidc`, init);
    expect(reply.status, return_to).toBe(400);
  }
});

test('a provider that hangs, fails or calls itself otherwise is said, and passwords still work', async () => {
  // One that does not know the provider yet.
  const fresh = await startControlPlanes(1, settings());
  try {
    const orgId = (await newOrg()).orgId;
    const there = clientAt(fresh.urls[1] ?? '', inject('stack').adminToken, orgId);
    for (const [discovery, code] of [
      ['fails', 'provider_unavailable'],
      ['names another issuer', 'misconfigured'],
      ['hangs', 'provider_unavailable'],
    ] as const) {
      provider.discovery = discovery;
      const reply = await newBrowser(there).call('POST', '/api/auth/sign-in/oidc', {});
      expect(reply).toMatchObject({ status: 503, body: { code } });
    }
    const { browser } = await newPerson(there, 'viewer');
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(200);
    provider.discovery = 'answers';
    expect((await newBrowser(there).call('POST', '/api/auth/sign-in/oidc', {})).status).toBe(200);
  } finally {
    await fresh.stop();
  }
});

test('a provider that is known is not asked what it is with each sign-in', async () => {
  await start(newJar());
  const asked = provider.discoveries;
  provider.user = newUser();
  const { body } = await invited(provider.user.email);
  const browser = newJar();
  await signIn(browser, body);
  expect((await whoIs(browser)).status).toBe(200);
  for (let index = 0; index < 5; index += 1) await start(newJar());
  expect(provider.discoveries).toBe(asked);
});

test('nothing that the provider gives is kept but who its user is', async () => {
  provider.user = newUser();
  const { body } = await invited(provider.user.email);
  await signIn(newJar(), body);
  const { rows } = await runSql('SELECT * FROM accounts WHERE account_id = ?', [provider.user.sub]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/canary|eyJ/);
});
