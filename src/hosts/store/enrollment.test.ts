import type { Client } from '@libsql/client';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import type { Database } from '../../db/client.ts';
import { insertEnrollmentToken, insertHost } from './enrollment.ts';

const perHub = 2;
const now = 1_000_000;

async function enrol(database: Database, name: string): Promise<void> {
  const host = { id: name, name, labels: {}, installId: name, secretHash: name, createdAt: now };
  await insertHost(database, host, 'token', perHub);
}

async function hubs(client: Client): Promise<string> {
  const { rows } = await client.execute(
    'SELECT id, hub, typeof(hub) AS type FROM hosts ORDER BY id',
  );
  expect(rows.every(({ type }) => type === 'integer')).toBe(true);
  return rows.map(({ id, hub }) => `${id}:${hub}`).join(' ');
}

test('hosts fill one hub after another, and the room that a removed one leaves', async () => {
  const { client, database } = await newMemoryDatabase();
  await client.execute("INSERT INTO orgs (id, name, created_at) VALUES ('org', 'Org', 0)");
  const token = {
    id: 'tok',
    tokenHash: 'token',
    orgId: 'org',
    labels: {},
    uses: 1000,
    createdBy: 'test',
    usesLeft: 100,
    expiresAt: now + 1,
  };
  await insertEnrollmentToken(database, { ...token, createdAt: now });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await enrol(database, name);
  expect(await hubs(client)).toBe('a:0 b:0 c:1 d:1 e:2');
  await client.execute("DELETE FROM hosts WHERE id = 'b'");
  await enrol(database, 'f');
  await enrol(database, 'g');
  await enrol(database, 'h');
  expect(await hubs(client)).toBe('a:0 c:1 d:1 e:2 f:0 g:2 h:3');
});
