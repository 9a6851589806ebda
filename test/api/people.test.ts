import { expect, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import type { NewSignInLink, Person } from '../../contract/people.ts';
import { platformAuditPath, readAudit } from '../support/audit.ts';
import { clientOf, newOrg } from '../support/client.ts';
import {
  accountOf,
  codeOf,
  newBrowser,
  newEmail,
  newPerson,
  newPlatformPerson,
  password,
  signInByLink,
} from '../support/person.ts';

const platform = clientOf('org_default');
const pathOf = (userId: string) => `/api/v1/people/${userId}`;

function linkFor(input: Record<string, unknown>) {
  return platform.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
}

/** Whether a link still signs somebody in. */
async function isGood({ url }: NewSignInLink): Promise<boolean> {
  const body = { code: codeOf(url) };
  const reply = await newBrowser(platform).call('POST', '/api/auth/sign-in-links/redeem', body);
  return reply.status === 200;
}

test('the platform administrator pages through everybody, with their organisations and the role', async () => {
  const client = await newOrg();
  const [member, administrator] = [await newPerson(client, 'viewer'), await newPlatformPerson()];
  const found = new Map<string, Person>();
  let cursor = '';
  do {
    const { body } = await platform.call<{ items: Person[]; next_cursor: string | null }>(
      'GET',
      `/api/v1/people?limit=50${cursor}`,
    );
    for (const person of body.items) found.set(person.user_id, person);
    cursor = body.next_cursor === null ? '' : `&cursor=${encodeURIComponent(body.next_cursor)}`;
  } while (cursor !== '');
  expect(found.get(member.userId)).toMatchObject({
    email: member.email,
    email_verified: false,
    platform: false,
    org_ids: [client.orgId],
  });
  expect(found.get(administrator.userId)).toMatchObject({
    platform: true,
    org_ids: ['org_default'],
  });
});

test('the role is taken away from the next request on, with the links that would let them in, and told to the platform', async () => {
  const { browser, email, userId } = await newPlatformPerson();
  const { body: link } = await linkFor({ email, platform: true });
  const take = () => platform.call<Person>('PATCH', pathOf(userId), { platform: false });
  expect(await take()).toMatchObject({ status: 200, body: { user_id: userId, platform: false } });
  expect((await browser.call<Me>('GET', '/api/v1/me')).body.role).toBe('viewer');
  expect((await browser.call('GET', '/api/v1/orgs')).status).toBe(403);
  expect(await isGood(link)).toBe(false);
  expect((await take()).status).toBe(200);
  const lines = await readAudit(
    platform,
    `resource_name=${email}&operation=changePerson`,
    platformAuditPath,
  );
  expect(lines.map(({ changes }) => changes)).toEqual([
    [{ pointer: '/platform', change: 'changed', before: true, after: false, cut: false }],
  ]);
  expect(await readAudit(platform, `resource_name=${email}&operation=changePerson`)).toEqual([]);
});

test('nobody gets the role by that way', async () => {
  const { userId, email } = await newPerson(await newOrg(), 'viewer');
  const reply = await platform.call('PATCH', pathOf(userId), { platform: true });
  expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/platform' }] } });
  expect((await accountOf(email))?.platform).toBe(false);
});

test('an account goes with its sessions, its password, its links and its memberships, and each organisation is told', async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  const { browser, email, userId } = await newPerson(client, 'admin');
  await signInByLink(other, { email, role: 'viewer' });
  const { body: link } = await linkFor({ email });
  const before = await readAudit(platform, `resource_name=${email}`);
  expect((await platform.call('DELETE', pathOf(userId))).status).toBe(204);
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401);
  const again = await newBrowser(client).call('POST', '/api/auth/sign-in/password', {
    email,
    password,
  });
  expect(again.status).toBe(401);
  expect(await isGood(link)).toBe(false);
  expect(await accountOf(email)).toBeUndefined();
  for (const [org, role] of [
    [client, 'admin'],
    [other, 'viewer'],
  ] as const) {
    expect((await org.call<{ items: [] }>('GET', '/api/v1/members')).body.items).toEqual([]);
    const [line] = await readAudit(org, `resource_name=${email}&limit=1`);
    expect(line).toMatchObject({
      operation: 'deletePerson',
      resource: { kind: 'member', id: userId },
      changes: expect.arrayContaining([
        expect.objectContaining({ pointer: '/role', before: role, after: null }),
      ]),
    });
  }
  const [line] = await readAudit(platform, `resource_name=${email}&limit=1`, platformAuditPath);
  expect(line).toMatchObject({ operation: 'deletePerson', resource: { kind: 'person' } });
  expect(await readAudit(platform, `resource_name=${email}`)).toEqual(before);
  expect((await platform.call('DELETE', pathOf(userId))).status).toBe(404);
  // The address is free.
  await newPerson(other, 'viewer', email);
});

test('a platform administrator who is signed in may do all of this, and nobody below', async () => {
  const { browser } = await newPlatformPerson();
  const client = await newOrg();
  const [admin, victim] = [await newPerson(client, 'admin'), await newPerson(client, 'viewer')];
  const path = `/api/v1/people?email=${victim.email.toUpperCase()}`;
  expect((await browser.call<{ items: Person[] }>('GET', path)).body.items).toMatchObject([
    { user_id: victim.userId },
  ]);
  for (const [method, body] of [['PATCH', { platform: false }], ['DELETE']] as const) {
    expect((await admin.browser.call(method, pathOf(victim.userId), body)).status).toBe(403);
  }
  expect((await browser.call('DELETE', pathOf(victim.userId))).status).toBe(204);
  const nobody = `/api/v1/people?email=${newEmail()}`;
  expect((await browser.call<{ items: Person[] }>('GET', nobody)).body.items).toEqual([]);
});
