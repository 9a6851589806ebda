import { expect, test } from 'vitest';
import type { NewSignInLink } from '../../contract/people.ts';
import { newApiToken } from '../support/access/team.ts';
import { platformAuditPath, readAudit } from '../support/audit.ts';
import { clientOf, newOrg } from '../support/client.ts';
import {
  codeOf,
  invite,
  newBrowser,
  newEmail,
  newPerson,
  newPlatformPerson,
  password,
} from '../support/person.ts';

const accept = '/api/auth/invitations/accept';
const signIn = '/api/auth/sign-in/password';

test('who comes by an invitation is told as the actor, with the invitation', async () => {
  const client = await newOrg();
  const email = newEmail();
  const { id, url } = await invite(client, email, 'operator');
  const body = { code: codeOf(url), name: 'A Person', password };
  const { status } = await newBrowser(client).call('POST', accept, body);
  expect(status).toBe(200);
  const [line, ...others] = await readAudit(client, `resource_name=${email}`);
  expect(line).toMatchObject({
    operation: 'acceptInvitation',
    actor: { kind: 'person', name: email },
    resource: { kind: 'member', id: line?.actor.id },
    note: `By the invitation ${id}.`,
  });
  expect(others.map(({ operation }) => operation)).toEqual(['createInvitation']);
});

test('a sign-in and a password are told in each organisation of the person, and in no other', async () => {
  const [first, second, other] = [await newOrg(), await newOrg(), await newOrg()];
  const { email, userId, browser } = await newPerson(first, 'admin');
  const { url } = await invite(second, email, 'viewer');
  expect((await browser.call('POST', accept, { code: codeOf(url) })).status).toBe(200);
  await newPerson(other, 'admin');
  expect((await newBrowser(first).call('POST', signIn, { email, password })).status).toBe(200);
  const input = { current_password: password, new_password: `${password}!` };
  expect((await browser.call('PUT', '/api/v1/me/password', input)).status).toBe(204);
  for (const client of [first, second]) {
    const lines = await readAudit(client, `actor=${userId}&limit=2`);
    expect(lines).toMatchObject([
      { operation: 'setPassword', resource: { kind: 'person', id: userId, name: email } },
      { operation: 'signInByPassword', resource: { kind: 'session', name: email } },
    ]);
  }
  expect(await readAudit(other, `actor=${userId}`)).toEqual([]);
  expect(await readAudit(first, `actor=${userId}`, platformAuditPath)).toEqual([]);
});

test('a sign-in of who administers the platform is told to the platform', async () => {
  const { email, userId } = await newPlatformPerson();
  const client = clientOf('org_default');
  const [line] = await readAudit(client, `actor=${userId}`, platformAuditPath);
  expect(line).toMatchObject({ operation: 'redeemSignInLink', resource: { name: email } });
  const query = `resource_name=${email}&operation=createSignInLink`;
  const [made] = await readAudit(client, query, platformAuditPath);
  expect(made?.note).toBe('It makes the person.');
  expect(made?.changes).toContainEqual(
    expect.objectContaining({ pointer: '/platform', after: true }),
  );
});

test('who is refused has no line: a wrong password, a used code, the last administrator', async () => {
  const client = await newOrg();
  const { email, userId, browser } = await newPerson(client, 'admin');
  const links = '/api/v1/sign-in-links';
  const { body } = await client.call<NewSignInLink>('POST', links, { email });
  const code = { code: codeOf(body.url) };
  const redeem = () => newBrowser(client).call('POST', '/api/auth/sign-in-links/redeem', code);
  expect((await redeem()).status).toBe(200);
  const before = await readAudit(client);
  const wrong = { current_password: `${password}?`, new_password: `${password}!` };
  const refused = [
    await newBrowser(client).call('POST', signIn, { email, password: `${password}?` }),
    await redeem(),
    await browser.call('PUT', '/api/v1/me/password', wrong),
    await browser.call('DELETE', '/api/v1/me/membership'),
    await client.call('PATCH', `/api/v1/members/${userId}`, { role: 'viewer' }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([401, 422, 401, 409, 409]);
  expect(await readAudit(client)).toEqual(before);
});

test('the audit of a deleted organisation is read on by the platform administrator alone', async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  const [ours, theirs] = [await newApiToken(client, 'admin'), await newApiToken(other, 'admin')];
  const { email, browser } = await newPerson(client, 'admin');
  const org = `/api/v1/orgs/${client.orgId}`;
  const { name } = (await client.call<{ name: string }>('GET', org)).body;
  const before = await readAudit(client);
  expect(before.map(({ resource }) => resource.name)).toContain(email);
  expect((await client.call('DELETE', `${org}?confirm=${name}`)).status).toBe(204);

  expect(await readAudit(client)).toEqual(before);
  const [line] = await readAudit(client, `resource_name=${name}&limit=1`, platformAuditPath);
  expect(line).toMatchObject({ operation: 'deleteOrg', resource: { id: client.orgId } });
  const read = (token: string) => client.call('GET', '/api/v1/audit', undefined, { token });
  expect((await read(ours.token)).status).toBe(401);
  expect((await read(theirs.token)).status).toBe(404);
  const headers = { 'longshore-org': client.orgId };
  for (const options of [{}, { headers }]) {
    expect((await browser.call('GET', '/api/v1/audit', undefined, options)).status).not.toBe(200);
  }
});
