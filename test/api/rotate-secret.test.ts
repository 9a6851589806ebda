import { createClient } from '@libsql/client/http';
import { describe, expect, inject, test } from 'vitest';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import { type Client, newOrg } from '../support/client.ts';
import { type FakeAgent, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { openLink } from '../support/link.ts';
import { until } from '../support/until.ts';

async function newHost() {
  const client = await newOrg();
  const agent = await newFakeAgent(client);
  const path = `/api/v1/hosts/${agent.hostId}`;
  const host = async () => (await client.call<Host>('GET', path)).body;
  const ask = () => client.call<Host>('POST', `${path}/rotate-secret`);
  return { client, agent, path, host, ask };
}

function offer(client: Client, secret: string, next_secret: string) {
  return client.call('POST', '/api/agent/v1/rotate', { next_secret }, { token: secret });
}

function syncWith(client: Client, agent: FakeAgent, token: string) {
  return client.call('POST', '/api/agent/v1/sync', agent.message(), { token });
}

async function eventsOf(client: Client, path: string): Promise<Event[]> {
  return (await client.call<{ items: Event[] }>('GET', `${path}/events`)).body.items;
}

/** As if the host's rotation lay so long back. */
async function age(hostId: string, milliseconds: number): Promise<void> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  await createClient({ url, authToken }).execute({
    sql: `UPDATE hosts SET secret_changed_at = secret_changed_at - ?1,
      retired_used_at = retired_used_at - ?1 WHERE id = ?2`,
    args: [milliseconds, hostId],
  });
}

describe('the rotation of a host secret', () => {
  test('is asked for with every reply until the new one came, however often a person asks', async () => {
    const { client, agent, path, ask, host } = await newHost();
    const { heard } = await openLink(client, agent.secret);
    expect((await agent.sync()).body.rotate_secret).toBeUndefined();
    const asked = await ask();
    expect(asked.status).toBe(202);
    expect(asked.headers.get('location')).toBe(path);
    await until('its bell rings', () => heard.length > 0);
    const { rotation_asked_at } = asked.body;
    expect(rotation_asked_at).not.toBeNull();
    expect((await ask()).body).toMatchObject({ rotation_asked_at });
    expect((await agent.sync()).body.rotate_secret).toBe(true);
    expect((await agent.sync()).body.rotate_secret).toBe(true);
    const next = newSecret();
    expect((await offer(client, agent.secret, next)).status).toBe(200);
    const reply = await syncWith(client, agent, next);
    expect(reply.status).toBe(200);
    expect(reply.body).not.toHaveProperty('rotate_secret');
    expect(await host()).toMatchObject({
      status: 'online',
      rotation_asked_at: null,
      secret_changed_at: expect.any(String),
      conditions: [],
    });
    const told = (await eventsOf(client, path)).map(({ type }) => type);
    expect(told).toEqual(['secret_rotated', 'rotation_asked', 'online', 'enrolled']);
  });

  test('the new secret ends the old one in the same write, and the link that it opened', async () => {
    const { client, agent, ask } = await newHost();
    const { socket } = await openLink(client, agent.secret);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await ask();
    await offer(client, agent.secret, newSecret());
    expect((await agent.sync()).body).toMatchObject({ code: 'secret_retired', status: 401 });
    await expect(openLink(client, agent.secret)).rejects.toThrow(/401/);
    expect(await closed).toBe(4001);
  });

  test('a lost reply is harmless: the same pair again, or the new one as bearer, get the same', async () => {
    const { client, agent, path, ask } = await newHost();
    await ask();
    const next = newSecret();
    const replies = await Promise.all([0, 1, 2].map(() => offer(client, agent.secret, next)));
    replies.push(await offer(client, agent.secret, next), await offer(client, next, next));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    for (const { body } of replies) expect(body).toMatchObject({ host_id: agent.hostId });
    const told = (await eventsOf(client, path)).filter(({ type }) => type === 'secret_rotated');
    expect(told).toHaveLength(1);
  });

  test('a host that is removed after the reply was lost is told so, with whichever secret it comes', async () => {
    const { client, agent, path, ask } = await newHost();
    await ask();
    const next = newSecret();
    expect((await offer(client, agent.secret, next)).status).toBe(200);
    expect((await client.call('DELETE', `${path}?force=true`)).status).toBe(204);
    for (const secret of [agent.secret, next]) {
      expect(await offer(client, secret, next)).toMatchObject({
        status: 410,
        body: { code: 'host_removed' },
      });
    }
  });

  test('of two copies that answer at once one has the host afterwards', async () => {
    const { client, agent, ask } = await newHost();
    await ask();
    const offered = [newSecret(), newSecret()];
    const replies = await Promise.all(offered.map((next) => offer(client, agent.secret, next)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401]);
    const works = await Promise.all(
      offered.map(async (next) => (await syncWith(client, agent, next)).status),
    );
    expect(works).toEqual(replies.map(({ status }) => status));
  });

  test('without being asked for it is refused: a stolen secret does not lock its host out', async () => {
    const { client, agent } = await newHost();
    const next = newSecret();
    expect((await offer(client, agent.secret, next)).body).toMatchObject({
      code: 'rotation_not_asked',
    });
    expect((await agent.sync()).status).toBe(200);
    expect((await syncWith(client, agent, next)).status).toBe(401);
  });

  test('a secret of another host is not taken', async () => {
    const { client, agent, ask } = await newHost();
    const other = await newFakeAgent(client);
    await ask();
    const reply = await offer(client, agent.secret, other.secret);
    expect(reply.status).toBe(409);
    expect((await agent.sync()).status).toBe(200);
    expect((await other.sync()).status).toBe(200);
  });

  test('whoever comes with the old secret later is refused and shown, once a minute at most', async () => {
    const { client, agent, path, host, ask } = await newHost();
    await ask();
    const next = newSecret();
    await offer(client, agent.secret, next);
    // What the agent had under way is no sign of a thief.
    await agent.sync();
    expect((await host()).conditions).toEqual([]);
    await age(agent.hostId, 61_000);
    for (let call = 0; call < 5; call += 1) {
      expect((await offer(client, agent.secret, newSecret())).status).toBe(401);
    }
    const conditions = [
      { code: 'retired_secret_used', message: expect.stringContaining('revoke') },
    ];
    expect((await host()).conditions).toMatchObject(conditions);
    const shown = async () =>
      (await eventsOf(client, path)).filter(({ type }) => type === 'retired_secret_used');
    expect(await shown()).toMatchObject([{ count: 1 }]);
    await age(agent.hostId, 61_000);
    await agent.sync();
    expect(await shown()).toMatchObject([{ count: 2 }]);
    await age(agent.hostId, 25 * 3_600_000);
    expect((await host()).conditions).toEqual([]);
  });

  test('costs a host that is not asked nothing: an unchanged sync is one request and no row', async () => {
    const { agent, ask } = await newHost();
    await agent.sync();
    for (const asked of [false, true]) {
      if (asked) await ask();
      const { cost } = await agent.sync();
      expect(cost).toMatchObject({ requests: 1, rowsWritten: 0 });
    }
  });

  test('stands in the database as a digest only', async () => {
    const { client, agent, ask } = await newHost();
    await ask();
    const next = newSecret();
    await offer(client, agent.secret, next);
    const { databaseUrl: url, databaseToken: authToken } = inject('stack');
    const { rows } = await createClient({ url, authToken }).execute('SELECT * FROM hosts');
    const text = JSON.stringify(rows);
    for (const secret of [agent.secret, next]) expect(text).not.toContain(secret.slice(4, 24));
  });
});

test('what another organisation has is not there to be asked', async () => {
  const { path, host } = await newHost();
  const other = await newOrg();
  for (const verb of ['rotate-secret', 'revoke', 'unrevoke']) {
    expect((await other.call('POST', `${path}/${verb}`)).status, verb).toBe(404);
  }
  expect(await host()).toMatchObject({ revoked_at: null, rotation_asked_at: null });
});
