import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../../test/support/memory-database.ts';
import { firstIdAt } from '../../db/ids.ts';
import { purgeAudit } from './purge.ts';
import { type AuditRow, insertAuditLine } from './store.ts';

const day = 86_400_000;
const now = 1000 * day;
const row: Omit<AuditRow, 'orgId' | 'id'> = {
  operation: 'createBackend',
  actorKind: 'token',
  actorId: 'tok',
  actorName: 'CI',
  resourceKind: 'backend',
  resourceId: 'bak',
  resourceName: 'engine',
  changes: [],
  changesLeftOut: 0,
  note: null,
  address: null,
  userAgent: null,
  requestId: 'req',
};

async function databaseWith(lines: { orgId: string; days: number; count?: number }[]) {
  const { client, database } = await newMemoryDatabase();
  for (const { orgId, days, count = 1 } of lines) {
    const at = (index: number) => firstIdAt('aud', now - days * day + index);
    await insertAuditLine(database, { ...row, orgId, id: at(0) }, sql`true`);
    const copies = Array.from({ length: count - 1 }, (_, index) => at(index + 1));
    await client.execute({
      sql: `INSERT INTO audit SELECT org_id, json_each.value, operation, actor_kind, actor_id, actor_name,
        resource_kind, resource_id, resource_name, changes, changes_left_out, note, address,
        user_agent, request_id FROM audit, json_each(?) WHERE org_id = ? AND audit.id = ?`,
      args: [JSON.stringify(copies), orgId, at(0)],
    });
  }
  const left = async () => {
    const { rows } = await client.execute(
      'SELECT org_id, count(*) AS lines FROM audit GROUP BY org_id',
    );
    return Object.fromEntries(rows.map(({ org_id, lines }) => [org_id, lines]));
  };
  return { database, left };
}

test('what is older than it is kept for goes, in every organisation, also in one that is deleted', async () => {
  const { database, left } = await databaseWith([
    { orgId: 'org_a', days: 31 },
    { orgId: 'org_a', days: 29, count: 2 },
    { orgId: 'org_b', days: 1 },
    { orgId: 'org_c', days: 400, count: 3 },
    { orgId: 'platform', days: 31 },
  ]);
  expect(await purgeAudit(database, now, 30)).toBe(5);
  expect(await left()).toEqual({ org_a: 2, org_b: 1 });
  expect(await purgeAudit(database, now, 30)).toBe(0);
});

test('an hour takes a bounded number away, the next one goes on', async () => {
  const { database, left } = await databaseWith([
    { orgId: 'org_a', days: 400, count: 15_000 },
    { orgId: 'org_b', days: 400, count: 10_000 },
    { orgId: 'org_b', days: 1 },
  ]);
  expect(await purgeAudit(database, now, 365)).toBe(20_000);
  expect(await purgeAudit(database, now, 365)).toBe(5000);
  expect(await left()).toEqual({ org_b: 1 });
});

test('nothing there is nothing to take away', async () => {
  const { database } = await databaseWith([]);
  expect(await purgeAudit(database, now, 1)).toBe(0);
});
