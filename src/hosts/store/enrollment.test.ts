import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import { enrollmentTokens, hosts, orgs } from '../../db/schema.ts';
import { insertHost } from './enrollment.ts';

test('a hub is filled before the next one is begun, and its number is whole', async () => {
  const { database } = await newMemoryDatabase();
  await database.insert(orgs).values({ id: 'o', name: 'o', createdAt: 0 });
  await database.insert(enrollmentTokens).values({
    id: 't',
    orgId: 'o',
    tokenHash: 'hash',
    usesLeft: 5,
    labels: {},
    expiresAt: 1000,
    createdAt: 0,
  });
  for (const id of ['h1', 'h2', 'h3', 'h4', 'h5']) {
    const host = { id, name: id, labels: {}, installId: id, secretHash: id, createdAt: 1 };
    await insertHost(database, host, 'hash', 2);
  }
  const rows = await database.select({ hub: hosts.hub }).from(hosts).orderBy(hosts.id);
  expect(rows.map(({ hub }) => hub)).toEqual([0, 0, 1, 1, 2]);
});
