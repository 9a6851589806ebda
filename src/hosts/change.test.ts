import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import type { Database } from '../db/client.ts';
import { hosts, orgs } from '../db/schema/index.ts';
import { platformAdministrator } from '../tenancy/actor.ts';
import { auditStatements } from '../tenancy/audit/write.ts';
import { changeHost } from './change.ts';

const call = { operation: 'changeHost', requestId: 'r', address: null, userAgent: null };

/** `act` comes between what is read first and what is written then. */
function withActBeforeWriting(database: Database, act: () => Promise<unknown>): Database {
  let batches = 0;
  return new Proxy(database, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== 'batch') return value.bind(target);
      return async (...given: unknown[]) => {
        batches += 1;
        if (batches === 2) await act();
        return value.apply(target, given);
      };
    },
  });
}

test('of a host that goes while it is renamed nothing is told: it is not there', async () => {
  const { database: there, client } = await newMemoryDatabase();
  const [orgId, actor] = ['o', platformAdministrator];
  await there.insert(orgs).values({ id: orgId, name: 'o', createdAt: 0 });
  const row = { id: 'h', orgId, name: 'h', labels: {}, installId: 'i', secretHash: 's', hub: 0 };
  const times = { statusChangedAt: 0, createdAt: 0 };
  await there.insert(hosts).values({ ...row, ...times, status: 'offline' });
  const database = withActBeforeWriting(there, () => client.execute('DELETE FROM hosts'));
  const scope = {
    database,
    orgId,
    actor,
    author: 'admin',
    now: 1,
    receipt: () => [],
    audit: (entry: Parameters<typeof auditStatements>[1]) =>
      auditStatements({ database, orgId, actor, call }, entry),
  };
  await expect(changeHost(scope, 'h', { name: 'n' })).rejects.toMatchObject({ code: 'not_found' });
  for (const table of ['hosts', 'audit', 'events']) {
    expect((await client.execute(`SELECT * FROM ${table}`)).rows, table).toEqual([]);
  }
});
