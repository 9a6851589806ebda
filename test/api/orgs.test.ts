import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Org } from '../../contract/org.ts';
import { newApiToken, newTeam } from '../support/access/team.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { enrolmentToken, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { openLink } from '../support/link.ts';
import { sql } from '../support/sql.ts';
import { until } from '../support/until.ts';

const pathOf = ({ orgId }: Client) => `/api/v1/orgs/${orgId}`;
const read = (client: Client) => client.call<Org>('GET', pathOf(client));
const change = (client: Client, body: unknown, token?: string) =>
  client.call<Org>('PATCH', pathOf(client), body, token ? { token } : {});
const newName = () => `team-${randomBytes(6).toString('hex')}`;

/** How many rows each table has of an organisation. */
async function rowsOf(orgId: string): Promise<Record<string, number>> {
  const tables = await sql(
    "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'org_id'",
  );
  const counts = tables.map(async ({ name }) => {
    const [row] = await sql(`SELECT count(*) AS n FROM ${name} WHERE org_id = ?`, [orgId]);
    return [String(name), Number(row?.n)] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** Its audit outlives it. */
const isEmpty = ({ audit: _, ...counts }: Record<string, number>) =>
  Object.values(counts).every((n) => n === 0);

describe('an organisation', () => {
  test('is renamed by its administrator, who is not told whether another has that name; the platform administrator is', async () => {
    const [ours, theirs] = await Promise.all([newOrg(), newOrg()]);
    const { token } = await newApiToken(ours, 'admin');
    const name = newName();
    expect((await change(ours, { name }, token)).body).toMatchObject({ id: ours.orgId, name });
    expect((await read(ours)).body.name).toBe(name);
    expect(await change(theirs, { name })).toMatchObject({
      status: 409,
      body: { code: 'name_taken', errors: [{ pointer: '/name' }] },
    });
    expect((await change(ours, {}, token)).body.name).toBe(name);
    const theirAdmin = (await newApiToken(theirs, 'admin')).token;
    const own = (await read(theirs)).body.name;
    const taken = await change(theirs, { name }, theirAdmin);
    expect(taken).toMatchObject({ status: 200, body: { id: theirs.orgId, name } });
    const free = await change(theirs, { name: own }, theirAdmin);
    expect(free.cost).toEqual(taken.cost);
    expect(await ours.call('POST', '/api/v1/orgs', { name })).toMatchObject({
      status: 409,
      body: { code: 'name_taken', errors: [{ pointer: '/name' }] },
    });
    const missing = await ours.call('PATCH', '/api/v1/orgs/org_none', { name: newName() });
    expect(missing.status).toBe(404);
  });

  test('gets its limits from the platform administrator only', async () => {
    const client = await newOrg();
    const { token } = await newApiToken(client, 'admin');
    const limits = { deployments: 3 };
    expect(await change(client, { limits }, token)).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    const before = (await read(client)).body.limits;
    expect((await change(client, { limits })).body.limits).toEqual({ ...before, deployments: 3 });
    expect((await change(client, { limits: { deployments: -1 } })).status).toBe(400);
  });
});

describe('no race exceeds a limit', () => {
  const codes = (replies: { status: number; body: Record<string, unknown> }[]) =>
    replies.map(({ status, body }) => (status < 300 ? 'ok' : body.code)).sort();

  test('of deployments, and one that was deleted makes room', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    await change(client, { limits: { deployments: 3 } });
    const deploy = (name: string) =>
      client.call('POST', '/api/v1/deployments', { name, backend_name: 'engine', replicas: 0 });
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, index) => deploy(`model-${index}`)),
    );
    expect(codes(replies)).toEqual([...Array(5).fill('limit_reached'), 'ok', 'ok', 'ok']);
    const refused = replies.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ errors: [{ code: 'limit_of_deployments' }] });
    expect(refused?.cost.rowsWritten).toBe(0);
    const index = replies.findIndex(({ status }) => status === 201);
    expect((await client.call('DELETE', `/api/v1/deployments/model-${index}`)).status).toBe(204);
    expect((await deploy('another')).status).toBe(201);
  });

  test('of hosts, and one that is enrolled already may say so again', async () => {
    const client = await newOrg();
    await change(client, { limits: { hosts: 2 } });
    const token = await enrolmentToken(client, 20);
    const installs = Array.from({ length: 6 }, () => ({
      install_id: randomBytes(12).toString('hex'),
      secret: newSecret(),
      name: 'host',
    }));
    const enrol = (install: unknown) =>
      client.call('POST', '/api/agent/v1/enroll', install, { token });
    const replies = await Promise.all(installs.map(enrol));
    expect(codes(replies)).toEqual([...Array(4).fill('limit_reached'), 'ok', 'ok']);
    const again = await Promise.all(installs.map(enrol));
    expect(again.map(({ status }) => status)).toEqual(replies.map(({ status }) => status));
    expect((await rowsOf(client.orgId)).hosts).toBe(2);
  });

  test('of tokens, and one that was revoked makes room', async () => {
    const client = await newOrg();
    await change(client, { limits: { tokens: 2 } });
    const make = () =>
      client.call<{ id: string }>('POST', '/api/v1/tokens', { name: 'x', role: 'viewer' });
    const replies = await Promise.all(Array.from({ length: 6 }, make));
    expect(codes(replies)).toEqual([...Array(4).fill('limit_reached'), 'ok', 'ok']);
    const made = replies.find(({ status }) => status === 201);
    await client.call('DELETE', `/api/v1/tokens/${made?.body.id}`);
    expect((await make()).status).toBe(201);
  });
});

describe('the deletion of an organisation', () => {
  const remove = async (client: Client, query = '') => {
    const { name } = (await read(client)).body;
    return client.call('DELETE', `${pathOf(client)}?confirm=${name}${query}`);
  };

  test('takes the name of the organisation to confirm it, and never that of the default one', async () => {
    const client = await newOrg();
    for (const query of ['', '?confirm=other', '?confirm=']) {
      const reply = await client.call('DELETE', pathOf(client) + query);
      expect(reply).toMatchObject({ status: 428, body: { code: 'confirmation_required' } });
      expect(reply.cost.rowsWritten).toBe(0);
    }
    const byDefault = await client.call('DELETE', '/api/v1/orgs/org_default?confirm=default');
    expect(byDefault).toMatchObject({ status: 409, body: { code: 'in_use' } });
    expect((await remove(client)).status).toBe(204);
    expect((await read(client)).status).toBe(404);
  });

  test('is refused while its hosts hold launches, and nothing has changed then', async () => {
    const team = await newTeam();
    const before = await rowsOf(team.orgId);
    const refused = await remove(team.client);
    expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
    expect(JSON.stringify(refused.body.errors)).toContain(team.instanceId);
    expect(await rowsOf(team.orgId)).toEqual(before);
    expect((await read(team.client)).body.deleting_at).toBeNull();
  });

  test('with force leaves no row of it in any table but its audit, and all of another organisation', async () => {
    const [team, other] = await Promise.all([newTeam(), newTeam()]);
    const { client } = team;
    const { socket } = await openLink(client, team.hostSecret);
    await sql(
      `INSERT INTO host_rivals (host_id, process_id, other_process_id, first_at, heard_at)
       VALUES (?, 'one', 'other', 0, 0)`,
      [team.hostId],
    );
    const [before, others] = await Promise.all([rowsOf(team.orgId), rowsOf(other.orgId)]);
    for (const table of ['members', 'invitations', 'hosts', 'launches', 'audit']) {
      expect(before[table], table).toBeGreaterThan(0);
    }
    const { name } = (await read(client)).body;
    expect((await remove(client, '&force=true')).status).toBe(204);
    const after = await rowsOf(team.orgId);
    expect(isEmpty(after)).toBe(true);
    expect(after.audit).toBe(before.audit);
    expect(await rowsOf(other.orgId)).toEqual(others);
    expect(await sql('SELECT 1 FROM host_rivals WHERE host_id = ?', [team.hostId])).toEqual([]);
    // Its agent is told that it is removed, and so stops what it runs.
    await until('its link is closing', () => socket.readyState !== WebSocket.OPEN);
    await expect(openLink(client, team.hostSecret)).rejects.toThrow('410');
    const host = await client.call('GET', '/api/agent/v1/host', undefined, {
      token: team.hostSecret,
    });
    expect(host).toMatchObject({ status: 410, body: { code: 'host_removed' } });
    // Its people stay people, and are in no organisation.
    const me = await client.call('GET', '/api/v1/me', undefined, { token: team.tokens.admin });
    expect(me.status).toBe(401);
    const { body } = await team.people.admin.browser.call('GET', '/api/v1/me');
    expect(body.code).toBe('no_organisation');
    // Its name is free, and a lost reply may be asked for again.
    expect((await client.call('POST', '/api/v1/orgs', { name })).status).toBe(201);
    const again = await client.call('DELETE', `${pathOf(client)}?confirm=${name}`);
    expect(again.status).toBe(404);
  });

  test('of what is too much for one call goes on by itself, and may be asked for again meanwhile', async () => {
    const client = await newOrg();
    await newFakeAgent(client);
    await sql(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
        INSERT INTO deployments (id, org_id, name, revision, version, rolling, created_at, updated_at)
        SELECT 'dep_' || ?1 || n, ?1, 'model-' || n, 1, 1, 0, 0, 0 FROM numbers`,
      [client.orgId],
    );
    const { token } = await newApiToken(client, 'admin');
    const first = await remove(client);
    expect(first).toMatchObject({ status: 202, body: { deleting_at: expect.any(String) } });
    expect(first.headers.get('location')).toBe(pathOf(client));
    const left = (await rowsOf(client.orgId)).deployments;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(1200);
    expect((await client.call('GET', '/api/v1/me', undefined, { token })).status).toBe(401);
    expect([202, 404]).toContain((await remove(client)).status);
    await until('the clock ends it', async () => (await read(client)).status === 404, 130_000);
    expect(isEmpty(await rowsOf(client.orgId))).toBe(true);
  }, 150_000);
});
