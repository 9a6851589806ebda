import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import type { Member, NewSignInLink } from '../../contract/people.ts';
import { platformAuditPath, readAudit } from '../support/audit.ts';
import { clientOf, newOrg } from '../support/client.ts';
import {
  accountOf,
  codeOf,
  invite,
  newBrowser,
  newEmail,
  newPerson,
  newPlatformPerson,
  password,
  signInByLink,
} from '../support/person.ts';

const me = '/api/v1/me';
const signIn = '/api/auth/sign-in/password';
const redeem = '/api/auth/sign-in-links/redeem';
const platform = clientOf('org_default');

function runSql(sql: string, args: string[] = []) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  return createClient({ url, authToken }).execute({ sql, args });
}

function linkFor(input: Record<string, unknown>, client = platform) {
  return client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
}

test('a sign-in link signs in once, also when many use it at once, and not after five minutes', async () => {
  const { body: link, status } = await linkFor({ email: newEmail() });
  expect(status).toBe(201);
  const use = (code: string) => newBrowser(platform).call('POST', redeem, { code });
  const tries = await Promise.all(Array.from({ length: 5 }, () => use(codeOf(link.url))));
  const statuses = tries.map((reply) => reply.status).sort();
  expect(statuses).toEqual([200, 422, 422, 422, 422]);
  const email = newEmail();
  const { body: late } = await linkFor({ email });
  await runSql('UPDATE sign_in_links SET expires_at = expires_at - 300001 WHERE user_id = ?', [
    late.user_id,
  ]);
  for (const code of [codeOf(late.url), 'lsl_none']) {
    expect(await use(code)).toMatchObject({ status: 422, body: { code: 'invalid_code' } });
  }
});

test('who came by a link sets a password without knowing the one before', async () => {
  const client = await newOrg();
  const { email, userId } = await newPerson(client, 'viewer');
  const { body: link } = await linkFor({ email }, client);
  expect(link.user_id).toBe(userId);
  const browser = newBrowser(client);
  await browser.call('POST', redeem, { code: codeOf(link.url) });
  const next = 'another horse battery';
  expect((await browser.call('PUT', `${me}/password`, { new_password: next })).status).toBe(204);
  expect((await browser.call('POST', signIn, { email, password: next })).status).toBe(200);
  // A member keeps their role.
  expect((await browser.call<Me>('GET', me)).body.role).toBe('viewer');
});

test('a link changes nothing of anybody before it is redeemed', async () => {
  const client = await newOrg();
  const { email, browser } = await newPerson(client, 'viewer');
  const other = await newOrg();
  const made = await linkFor({ email, role: 'admin', platform: true }, other);
  expect(made.status).toBe(201);
  const { body } = await browser.call<Me>('GET', me);
  expect([body.role, body.orgs.map(({ id }) => id)]).toEqual(['viewer', [client.orgId]]);
  const unknown = newEmail();
  await linkFor({ email: unknown, platform: true });
  expect(await accountOf(unknown)).toBeUndefined();
  expect(await accountOf(email)).toMatchObject({ platform: false, org_ids: [client.orgId] });
});

test('a link for somebody who is known makes them a member only where it says a role', async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  const { email } = await newPerson(client, 'viewer');
  await signInByLink(platform, { email });
  await signInByLink(other, { email });
  expect((await accountOf(email))?.org_ids).toEqual([client.orgId]);
  const open = await invite(other, email, 'admin');
  const browser = await signInByLink(other, { email, role: 'operator' });
  const { body } = await other.call<{ items: Member[] }>('GET', '/api/v1/members');
  expect(body.items).toMatchObject([{ email, role: 'operator' }]);
  const [line] = await readAudit(
    other,
    `resource_name=${email}&operation=redeemSignInLink&resource_kind=member`,
  );
  expect(line).toMatchObject({ resource: { kind: 'member' }, actor: { name: email } });
  // Nothing is left that lets them in when they are taken out.
  const code = { code: codeOf(open.url) };
  expect((await browser.call('POST', '/api/auth/invitations/accept', code)).status).toBe(422);
});

test('a link for somebody whom nobody knows makes them an administrator where nothing else is said', async () => {
  const client = await newOrg();
  const email = newEmail();
  const { body } = await linkFor({ email, name: 'Ada' }, client);
  expect(body).toMatchObject({ known: false, known_since: null, email_verified: false });
  const browser = newBrowser(client);
  await browser.call('POST', redeem, { code: codeOf(body.url) });
  expect((await browser.call<Me>('GET', me)).body).toMatchObject({
    role: 'admin',
    org: { id: client.orgId },
    user: { id: body.user_id, email, name: 'Ada' },
  });
});

test('whoever makes a link is told whether there is such an account, since when, and that nobody has proven the address', async () => {
  const { email, userId } = await newPerson(await newOrg(), 'viewer');
  const { body } = await linkFor({ email });
  expect(body).toMatchObject({ user_id: userId, known: true, email_verified: false });
  expect(body.known_since).toBe((await accountOf(email))?.created_at);
});

test('an account that somebody else made beforehand does not become the platform', async () => {
  const [tenant, other] = [await newOrg(), await newOrg()];
  const email = newEmail();
  // Anybody may invite any address, and hold the link themselves.
  const thief = (await newPerson(tenant, 'viewer', email)).browser;
  const made = await linkFor({ email, platform: true });
  const inOther = { org: other.orgId };
  expect((await thief.call('GET', '/api/v1/secrets', undefined, inOther)).status).toBe(404);
  const owner = newBrowser(tenant);
  expect((await owner.call('POST', redeem, { code: codeOf(made.body.url) })).status).toBe(200);
  expect((await owner.call<Me>('GET', me)).body.role).toBe('platform');
  expect((await thief.call('GET', me)).status).toBe(401);
  const back = await newBrowser(tenant).call('POST', signIn, { email, password });
  expect(back.status).toBe(401);
  // Who has the role already keeps what they have.
  expect((await owner.call('PUT', `${me}/password`, { new_password: password })).status).toBe(204);
  await signInByLink(platform, { email, platform: true });
  expect((await owner.call('GET', me)).status).toBe(200);
  expect((await newBrowser(tenant).call('POST', signIn, { email, password })).status).toBe(200);
});

test('an account that is made while a link is open is the one that the link lets in, without its password', async () => {
  const client = await newOrg();
  const email = newEmail();
  const made = await linkFor({ email, platform: true });
  const thief = await newPerson(client, 'viewer', email);
  const owner = newBrowser(client);
  expect((await owner.call('POST', redeem, { code: codeOf(made.body.url) })).status).toBe(200);
  expect((await owner.call<Me>('GET', me)).body).toMatchObject({
    role: 'platform',
    user: { id: thief.userId },
  });
  expect((await thief.browser.call('GET', me)).status).toBe(401);
});

test('that somebody gets the role is told to the platform alone, once, as it was and is', async () => {
  const client = await newOrg();
  const { email } = await newPerson(client, 'viewer');
  await signInByLink(client, { email, platform: true });
  await signInByLink(client, { email, platform: true });
  await signInByLink(client, { email });
  const ofRole = `resource_name=${email}&resource_kind=person`;
  const lines = await readAudit(client, ofRole, platformAuditPath);
  expect(lines.map(({ operation, changes }) => [operation, changes])).toEqual([
    [
      'redeemSignInLink',
      [{ pointer: '/platform', change: 'changed', before: false, after: true, cut: false }],
    ],
  ]);
  expect(await readAudit(client, ofRole)).toEqual([]);
});

test('no organisation is told of links to people who are not in it', async () => {
  const { email } = await newPerson(await newOrg(), 'viewer');
  await signInByLink(platform, { email });
  await linkFor({ email: newEmail(), role: 'viewer' });
  expect(await readAudit(platform, `resource_name=${email}`)).toEqual([]);
  expect(await readAudit(platform, 'operation=createSignInLink')).toEqual([]);
  const told = await readAudit(platform, `resource_name=${email}`, platformAuditPath);
  expect(told.map(({ operation }) => operation)).toEqual(['createSignInLink']);
});

test('a link does not take the role away, and says what does', async () => {
  const { email } = await newPlatformPerson();
  const reply = await linkFor({ email, platform: false });
  expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/platform' }] } });
  expect(JSON.stringify(reply.body)).toContain('/api/v1/people');
});

test('a link goes with the organisation that it leads into', async () => {
  const client = await newOrg();
  const made = await linkFor({ email: newEmail() }, client);
  const org = `/api/v1/orgs/${client.orgId}`;
  const { name } = (await client.call<{ name: string }>('GET', org)).body;
  expect((await client.call('DELETE', `${org}?confirm=${name}`)).status).toBeLessThan(300);
  const reply = await newBrowser(platform).call('POST', redeem, { code: codeOf(made.body.url) });
  expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_code' } });
});
