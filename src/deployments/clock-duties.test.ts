import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { deployments, hosts, orgs } from '../db/schema/index.ts';
import { readClockDuties } from './clock-duties.ts';

test('the clock finds each hub once, and the hosts that are heard and hold less than they shall', async () => {
  const { database } = await newMemoryDatabase();
  await database.insert(orgs).values(['a', 'b', 'c'].map((id) => ({ id, name: id, createdAt: 0 })));
  const host = (id: string, change: Partial<typeof hosts.$inferInsert>) => ({
    id,
    orgId: 'a',
    name: id,
    labels: {},
    installId: id,
    secretHash: id,
    hub: 0,
    status: 'online' as const,
    statusChangedAt: 0,
    createdAt: 0,
    ...change,
  });
  await database
    .insert(hosts)
    .values([
      host('9', {}),
      host('1', { hub: 1 }),
      host('2', { hub: 1, desiredRevision: 3, heldRevision: 2 }),
      host('3', { orgId: 'c', hub: 2, desiredRevision: 3, heldRevision: 3 }),
      host('4', { orgId: 'c', hub: 10, status: 'offline', desiredRevision: 1 }),
      host('5', {}),
    ]);
  const { hubs, behind, unsettled } = await readClockDuties(database);
  expect(hubs).toEqual([
    { orgId: 'a', hub: 0 },
    { orgId: 'a', hub: 1 },
    { orgId: 'c', hub: 2 },
    { orgId: 'c', hub: 10 },
  ]);
  expect(behind).toEqual([{ orgId: 'a', hostId: '2', hub: 1, revision: 3 }]);
  expect(unsettled).toEqual([]);
});

test('where more is left undone than a beat sees to, none of it waits for ever', async () => {
  const { database } = await newMemoryDatabase();
  await database.insert(orgs).values({ id: 'a', name: 'a', createdAt: 0 });
  const ids = Array.from({ length: 1_200 }, (_, index) => `d${index}`);
  const deleting = ids.map((id) => ({
    id,
    orgId: 'a',
    name: id,
    revision: 1,
    version: 1,
    deleting: true,
    rolling: false,
    createdAt: 0,
    updatedAt: 0,
  }));
  await database.insert(deployments).values(deleting.slice(0, 600));
  await database.insert(deployments).values(deleting.slice(600));
  const waiting = new Set(ids);
  for (let beat = 0; beat < 60 && waiting.size > 0; beat += 1) {
    const { unsettled } = await readClockDuties(database);
    expect(unsettled).toHaveLength(1_000);
    for (const { deploymentId } of unsettled) waiting.delete(deploymentId);
  }
  // Each is left out of a beat with 1/6; of all 1,200 in 60 beats with less than 1e-40.
  expect(waiting.size).toBe(0);
});
