import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type { Me } from '../../contract/access.ts';
import type { AuditLine } from '../../contract/audit.ts';
import type { Invitation, Member } from '../../contract/people.ts';
import { readAudit } from '../support/audit.ts';
import { newOrg } from '../support/client.ts';
import {
  codeOf,
  invite,
  newBrowser,
  newEmail,
  newPerson,
  type Person,
  password,
} from '../support/person.ts';

const accept = '/api/auth/invitations/accept';
const me = '/api/v1/me';

function runSql(sql: string, args: string[]) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  return createClient({ url, authToken }).execute({ sql, args });
}

const newcomer = (url: string) => ({ code: codeOf(url), name: 'A Person', password });

test('an invited person makes an account by the link, is signed in, and is a member with that role', async () => {
  const client = await newOrg();
  const email = newEmail();
  const made = await invite(client, email, 'operator');
  expect(made.url).toMatch(new RegExp(`^${client.url}/invitation#code=lsi_[\\w-]{43}$`));
  const list = () => client.call<{ items: Invitation[] }>('GET', '/api/v1/invitations');
  const { url: _url, ...shown } = made;
  expect((await list()).body.items).toEqual([shown]);

  const browser = newBrowser(client);
  expect((await browser.call('POST', accept, newcomer(made.url))).status).toBe(200);
  expect((await browser.call<Me>('GET', me)).body).toMatchObject({
    role: 'operator',
    org: { id: client.orgId },
    user: { email },
  });
  expect((await list()).body.items).toEqual([]);
  const { body } = await client.call<{ items: Member[] }>('GET', '/api/v1/members');
  expect(body.items).toMatchObject([{ email, name: 'A Person', role: 'operator' }]);
});

test('who joins and who leaves is told in the audit', async () => {
  const client = await newOrg();
  const { browser, email, userId } = await newPerson(client, 'operator');
  await browser.call('DELETE', '/api/v1/me/membership');
  const { body } = await client.call<{ items: AuditLine[] }>('GET', '/api/v1/audit');
  const lines = body.items.map(({ operation, actor, resource, changes }) => ({
    operation,
    by: actor.id,
    kind: resource.kind,
    name: resource.name,
    roles: changes
      .filter(({ pointer }) => pointer === '/role')
      .map((one) => [one.before, one.after]),
  }));
  const member = { by: userId, kind: 'member', name: email };
  expect(lines).toEqual([
    { operation: 'leaveOrg', ...member, roles: [['operator', null]] },
    { operation: 'acceptInvitation', ...member, roles: [[null, 'operator']] },
    {
      operation: 'createInvitation',
      by: 'admin',
      kind: 'invitation',
      name: email,
      roles: [[null, 'operator']],
    },
  ]);
});

test('an invitation is good once, also when many accept it at once', async () => {
  const client = await newOrg();
  const { url } = await invite(client, newEmail(), 'viewer');
  const replies = await Promise.all(
    Array.from({ length: 5 }, () => newBrowser(client).call('POST', accept, newcomer(url))),
  );
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status, headers } of replies) {
    // Who looks after the first has written is told of the account instead.
    if (status !== 200) expect([401, 422]).toContain(status);
    if (status !== 200) expect(headers.get('set-cookie')).toBeNull();
  }
  const { body } = await client.call<{ items: Member[] }>('GET', '/api/v1/members');
  expect(body.items).toHaveLength(1);
});

test('an invitation that was revoked, has expired or was never made is good for nothing', async () => {
  const client = await newOrg();
  const [revoked, expired] = [
    await invite(client, newEmail(), 'viewer'),
    await invite(client, newEmail(), 'viewer'),
  ];
  const path = `/api/v1/invitations/${revoked.id}`;
  expect((await client.call('DELETE', path)).status).toBe(204);
  expect((await client.call('DELETE', path)).status).toBe(404);
  await runSql('UPDATE invitations SET expires_at = created_at WHERE id = ?', [expired.id]);
  for (const url of [revoked.url, expired.url, `${client.url}/invitation#code=lsi_none`]) {
    const reply = await newBrowser(client).call('POST', accept, newcomer(url));
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'invalid_code' },
      cost: { rowsWritten: 0 },
    });
  }
});

test('a newcomer gives name and password, and is told which lacks', async () => {
  const client = await newOrg();
  const { url } = await invite(client, newEmail(), 'viewer');
  const reply = await newBrowser(client).call('POST', accept, { code: codeOf(url), name: 'x' });
  expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/password' }] } });
  const weak = { code: codeOf(url), name: 'x', password: 'short' };
  expect((await newBrowser(client).call('POST', accept, weak)).status).toBe(400);
  expect((await newBrowser(client).call('POST', accept, newcomer(url))).status).toBe(200);
});

test('who has an account accepts when signed in, and then chooses the organisation by the header', async () => {
  const [first, second] = [await newOrg(), await newOrg()];
  const { browser, email } = await newPerson(first, 'viewer');
  const { url } = await invite(second, email.toUpperCase(), 'admin');
  const code = { code: codeOf(url) };

  const stranger = await newPerson(await newOrg(), 'viewer');
  for (const other of [newBrowser(second), stranger.browser]) {
    const refused = await other.call('POST', accept, { ...code, name: 'x', password });
    expect(refused).toMatchObject({ status: 401, cost: { rowsWritten: 0 } });
  }
  expect((await browser.call('POST', accept, code)).status).toBe(200);
  const { body } = await browser.call<Me>('GET', me);
  expect(body).toMatchObject({ org: { id: first.orgId }, role: 'viewer' });
  expect(body.orgs.map(({ id, role }) => [id, role])).toEqual([
    [first.orgId, 'viewer'],
    [second.orgId, 'admin'],
  ]);
  const inSecond = { org: second.orgId };
  expect((await browser.call<Me>('GET', me, undefined, inSecond)).body.role).toBe('admin');
  expect((await browser.call('GET', '/api/v1/tokens', undefined, inSecond)).status).toBe(200);
  expect((await browser.call('GET', '/api/v1/tokens')).status).toBe(403);
});

test('who is a member is not invited again: that link would let them back in when they are taken out', async () => {
  const client = await newOrg();
  const { browser, email } = await newPerson(client, 'admin');
  const input = { email, role: 'admin' };
  const reply = await browser.call('POST', '/api/v1/invitations', input);
  expect(reply).toMatchObject({ status: 409, body: { code: 'already_member' } });
  expect(reply.body.help).toContain('PATCH /api/v1/members/{user_id}');
  expect(reply.cost.rowsWritten).toBe(0);
});

test('an invitation that was kept aside lets nobody back in who was lowered, was taken out or left', async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  await newPerson(client, 'admin');
  const ends: ((person: Person) => Promise<{ status: number }>)[] = [
    ({ userId }) => client.call('PATCH', `/api/v1/members/${userId}`, { role: 'viewer' }),
    ({ userId }) => client.call('DELETE', `/api/v1/members/${userId}`),
    ({ browser }) => browser.call('DELETE', `${me}/membership`),
  ];
  for (const end of ends) {
    const person = await newPerson(client, 'admin');
    const kept = await invite(other, person.email, 'admin');
    // One that is still there from before that was refused.
    await runSql('UPDATE invitations SET org_id = ? WHERE id = ?', [client.orgId, kept.id]);
    expect((await end(person)).status).toBeLessThan(300);
    const back = await person.browser.call('POST', accept, { code: codeOf(kept.url) });
    expect(back).toMatchObject({ status: 422, body: { code: 'invalid_code' } });
    const [line] = await readAudit(client, `resource_name=${person.email}&limit=1`);
    expect(line?.note).toBe(`Taken back: ${kept.id}.`);
  }
});

test("accepting one invitation uses up the organisation's others to that address, and no other organisation's", async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  const email = newEmail();
  const [first, second] = [
    await invite(client, email, 'viewer'),
    await invite(client, email, 'admin'),
  ];
  const elsewhere = await invite(other, email, 'viewer');
  const browser = newBrowser(client);
  expect((await browser.call('POST', accept, newcomer(first.url))).status).toBe(200);
  const again = await browser.call('POST', accept, { code: codeOf(second.url) });
  expect(again).toMatchObject({ status: 422, body: { code: 'invalid_code' } });
  const there = await browser.call('POST', accept, { code: codeOf(elsewhere.url) });
  expect(there.status).toBe(200);
});

test('of a change of the role and a removal at once, one that changed nothing does not say that it did', async () => {
  const client = await newOrg();
  for (let round = 0; round < 10; round += 1) {
    const { userId, email } = await newPerson(client, 'viewer');
    const path = `/api/v1/members/${userId}`;
    const [changed, removed] = await Promise.all([
      client.call('PATCH', path, { role: 'operator' }),
      client.call('DELETE', path),
    ]);
    expect(removed.status).toBe(204);
    const lines = await readAudit(client, `resource_name=${email}&operation=changeMember`);
    expect([changed.status, lines.length]).toEqual(changed.status === 200 ? [200, 1] : [404, 0]);
  }
});

test("a member's new role holds from the next request on, and so does being taken out", async () => {
  const client = await newOrg();
  const admin = await newPerson(client, 'admin');
  const { browser, userId } = await newPerson(client, 'viewer');
  const path = `/api/v1/members/${userId}`;
  const raised = await admin.browser.call('PATCH', path, { role: 'admin' });
  expect(raised).toMatchObject({ status: 200, body: { user_id: userId, role: 'admin' } });
  expect((await browser.call('GET', '/api/v1/tokens')).status).toBe(200);
  expect((await admin.browser.call('PATCH', path, { role: 'viewer' })).status).toBe(200);
  expect((await browser.call('GET', '/api/v1/tokens')).status).toBe(403);
  expect((await admin.browser.call('DELETE', path)).status).toBe(204);
  expect(await browser.call('GET', me)).toMatchObject({ body: { code: 'no_organisation' } });
});

test('the last administrator is neither lowered nor removed, and does not leave', async () => {
  const client = await newOrg();
  const { browser, userId } = await newPerson(client, 'admin');
  await newPerson(client, 'operator');
  const path = `/api/v1/members/${userId}`;
  const tries = [
    await browser.call('PATCH', path, { role: 'operator' }),
    await client.call('PATCH', path, { role: 'viewer' }),
    await client.call('DELETE', path),
    await browser.call('DELETE', '/api/v1/me/membership'),
  ];
  for (const reply of tries) {
    expect(reply).toMatchObject({ status: 409, body: { code: 'last_admin' } });
    expect(reply.cost.rowsWritten).toBe(0);
  }
  expect((await browser.call('PATCH', path, { role: 'admin' })).status).toBe(200);
  const other = await newPerson(client, 'admin');
  expect((await browser.call('DELETE', '/api/v1/me/membership')).status).toBe(204);
  expect((await browser.call('GET', me)).status).toBe(403);
  expect((await other.browser.call('GET', me)).status).toBe(200);
});

test('of administrators who lower each other or leave at once, one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    const client = await newOrg();
    const [one, other] = [await newPerson(client, 'admin'), await newPerson(client, 'admin')];
    const lower = { role: 'viewer' };
    await Promise.all([
      one.browser.call('PATCH', `/api/v1/members/${other.userId}`, lower),
      other.browser.call('PATCH', `/api/v1/members/${one.userId}`, lower),
      one.browser.call('DELETE', '/api/v1/me/membership'),
      other.browser.call('DELETE', '/api/v1/me/membership'),
    ]);
    const { body } = await client.call<{ items: Member[] }>('GET', '/api/v1/members');
    expect(body.items.filter(({ role }) => role === 'admin').length).toBeGreaterThan(0);
  }
});

test('an organisation has at most a hundred open invitations', async () => {
  const client = await newOrg();
  for (let index = 0; index < 100; index += 10) {
    await Promise.all(Array.from({ length: 10 }, () => invite(client, newEmail(), 'viewer')));
  }
  const input = { email: newEmail(), role: 'viewer' };
  expect(await client.call('POST', '/api/v1/invitations', input)).toMatchObject({
    status: 409,
    body: { code: 'limit_reached' },
  });
  const page = await client.call<{ items: Invitation[]; next_cursor: string }>(
    'GET',
    '/api/v1/invitations?limit=60',
  );
  const rest = await client.call<{ items: Invitation[] }>(
    'GET',
    `/api/v1/invitations?limit=60&cursor=${page.body.next_cursor}`,
  );
  expect(page.body.items.length + rest.body.items.length).toBe(100);
});
