import type { Client } from '@libsql/client';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import type { Database } from '../../db/client.ts';
import { insertEnrollmentToken, insertHost } from './enrollment.ts';

const perHub = 2;
const now = 1_000_000;

async function enrol(database: Database, id: string, name = id): Promise<void> {
  const host = { id, name, labels: {}, installId: id, secretHash: id, createdAt: now };
  await insertHost(database, host, 'token', perHub);
}

async function newOrganisation() {
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
  return { client, database };
}

async function hubs(client: Client): Promise<string> {
  const { rows } = await client.execute(
    'SELECT id, hub, typeof(hub) AS type FROM hosts ORDER BY id',
  );
  expect(rows.every(({ type }) => type === 'integer')).toBe(true);
  return rows.map(({ id, hub }) => `${id}:${hub}`).join(' ');
}

async function names(client: Client) {
  const { rows } = await client.execute('SELECT name FROM hosts ORDER BY id');
  return rows.map(({ name }) => name);
}

test('hosts fill one hub after another, and the room that a removed one leaves', async () => {
  const { client, database } = await newOrganisation();
  for (const name of ['a', 'b', 'c', 'd', 'e']) await enrol(database, name);
  expect(await hubs(client)).toBe('a:0 b:0 c:1 d:1 e:2');
  await client.execute("DELETE FROM hosts WHERE id = 'b'");
  await enrol(database, 'f');
  await enrol(database, 'g');
  await enrol(database, 'h');
  expect(await hubs(client)).toBe('a:0 c:1 d:1 e:2 f:0 g:2 h:3');
});

test('a name that is taken gets the first number that is free, and has room for it', async () => {
  const { client, database } = await newOrganisation();
  for (const id of ['a', 'b', 'c', 'd']) await enrol(database, id, 'gpu');
  expect(await names(client)).toEqual(['gpu', 'gpu-2', 'gpu-3', 'gpu-4']);
  await client.execute("DELETE FROM hosts WHERE id IN ('b', 'd')");
  await enrol(database, 'e', 'gpu-3');
  await enrol(database, 'f', 'gpu');
  expect(await names(client)).toEqual(['gpu', 'gpu-3', 'gpu-3-2', 'gpu-2']);
  const long = 'x'.repeat(100);
  for (const id of ['g', 'h']) await enrol(database, id, long);
  expect((await names(client)).slice(-2)).toEqual([long, `${'x'.repeat(94)}-2`]);
});

test('an installation that enrols again keeps its name', async () => {
  const { client, database } = await newOrganisation();
  await enrol(database, 'a', 'gpu');
  await enrol(database, 'a', 'gpu');
  await enrol(database, 'a', 'another');
  expect(await names(client)).toEqual(['gpu']);
});
