import { randomBytes } from 'node:crypto';
import { createClient } from '@libsql/client/http';
import { expect, inject, test } from 'vitest';
import type * as z from 'zod';
import type { EnrollmentToken, NewEnrollmentToken } from '../../contract/enrollment-token.ts';
import type { Host } from '../../contract/host.ts';
import { type Client, newOrg } from '../support/client.ts';
import { newSecret } from '../support/fake-agent.ts';

type Token = z.output<typeof EnrollmentToken>;

const path = '/api/v1/enrollment-tokens';

async function newToken(client: Client, input: Record<string, unknown> = {}) {
  const { body } = await client.call<z.output<typeof NewEnrollmentToken>>('POST', path, input);
  return body;
}

function newInstall(labels: Record<string, string> = {}) {
  const install_id = randomBytes(12).toString('hex');
  return { install_id, secret: newSecret(), name: 'box', labels };
}

function enroll(client: Client, token: string, install: unknown = newInstall()) {
  return client.call<{ host_id: string }>('POST', '/api/agent/v1/enroll', install, { token });
}

async function read(client: Client, id: string): Promise<Token> {
  return (await client.call<Token>('GET', `${path}/${id}`)).body;
}

/** As if its time had passed. */
async function expire(id: string): Promise<void> {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  await createClient({ url, authToken }).execute({
    sql: 'UPDATE enrollment_tokens SET expires_at = 1 WHERE id = ?',
    args: [id],
  });
}

test('tokens are listed and read without what they are, page by page', async () => {
  const client = await newOrg();
  const made = [
    await newToken(client),
    await newToken(client, { uses: 3, labels: { zone: 'a' } }),
    await newToken(client),
  ];
  const list = await client.call<{ items: Token[]; next_cursor: string }>('GET', `${path}?limit=2`);
  expect(list.body.items.map(({ id }) => id)).toEqual([made[0]?.id, made[1]?.id]);
  const rest = await client.call('GET', `${path}?cursor=${list.body.next_cursor}`);
  expect(rest.body).toMatchObject({ items: [{ id: made[2]?.id }], next_cursor: null });
  const one = await read(client, made[1]?.id ?? '');
  expect(one).toMatchObject({ uses: 3, uses_left: 3, labels: { zone: 'a' }, created_by: 'admin' });
  for (const { token } of made) expect(JSON.stringify([list, rest, one])).not.toContain(token);
});

test('reads as not there for another organisation, which cannot revoke it', async () => {
  const [ours, theirs] = [await newOrg(), await newOrg()];
  const { id, token } = await newToken(ours);
  expect((await theirs.call('GET', `${path}/${id}`)).status).toBe(404);
  expect((await theirs.call('DELETE', `${path}/${id}`)).status).toBe(404);
  expect((await theirs.call('GET', path)).body.items).toEqual([]);
  expect((await enroll(ours, token)).status).toBe(200);
});

test('its labels go over those of the host, and each host takes one use', async () => {
  const client = await newOrg();
  const { id, token } = await newToken(client, { uses: 2, labels: { zone: 'a' } });
  await enroll(client, token, newInstall({ zone: 'b', rack: '4' }));
  expect((await read(client, id)).uses_left).toBe(1);
  const { body } = await client.call<{ items: Host[] }>('GET', '/api/v1/hosts');
  expect(body.items).toMatchObject([{ labels: { zone: 'a', rack: '4' } }]);
});

test('an agent that lost its reply asks again without a second use, also when the last is gone or its time', async () => {
  const client = await newOrg();
  const { id, token } = await newToken(client, { uses: 2 });
  const install = newInstall();
  const ask = () => enroll(client, token, install);
  const replies = [...(await Promise.all([ask(), ask(), ask()])), await ask()];
  expect(new Set(replies.map(({ body }) => body.host_id)).size).toBe(1);
  expect((await read(client, id)).uses_left).toBe(1);
  expect((await enroll(client, token)).status).toBe(200);
  await expire(id);
  expect((await ask()).body.host_id).toBe(replies[0]?.body.host_id);
  expect((await read(client, id)).uses_left).toBe(0);
});

test('of two agents at once one gets the last use', async () => {
  const client = await newOrg();
  for (let round = 0; round < 5; round += 1) {
    const { id, token } = await newToken(client);
    const statuses = await Promise.all(
      [0, 1].map(async () => (await enroll(client, token)).status),
    );
    expect(statuses.sort()).toEqual([200, 401]);
    expect((await read(client, id)).uses_left).toBe(0);
  }
});

test('one that was revoked or has expired enrols nobody from the next call on; hosts that enrolled stay', async () => {
  const client = await newOrg();
  const revoked = await newToken(client, { uses: 9 });
  const expired = await newToken(client, { uses: 9 });
  await enroll(client, revoked.token);
  expect((await client.call('DELETE', `${path}/${revoked.id}`)).status).toBe(204);
  await expire(expired.id);
  for (const { token } of [revoked, expired]) {
    expect((await enroll(client, token)).body).toMatchObject({ code: 'unauthorized' });
  }
  expect((await client.call('DELETE', `${path}/${revoked.id}`)).status).toBe(404);
  expect((await client.call('GET', `${path}/${revoked.id}`)).status).toBe(404);
  const { body } = await client.call<{ items: Host[] }>('GET', '/api/v1/hosts');
  expect(body.items).toHaveLength(1);
});
