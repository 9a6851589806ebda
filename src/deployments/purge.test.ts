import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { insertEnrollmentToken, selectEnrollmentTokens } from '../hosts/store/enrollment.ts';
import { purge } from './purge.ts';

const dayMs = 24 * 3_600_000;

test('an enrolment token goes 7 days after it expired, and not before', async () => {
  const { database } = await newMemoryDatabase();
  const row = {
    orgId: 'org_default',
    uses: 1,
    usesLeft: 1,
    labels: {},
    createdBy: 'a',
    createdAt: 1,
  };
  const now = 100 * dayMs;
  for (const [id, expiresAt] of [
    ['ent_1', now - 7 * dayMs - 1],
    ['ent_2', now - 7 * dayMs],
    ['ent_3', now + dayMs],
  ] as const) {
    await insertEnrollmentToken(database, { ...row, id, tokenHash: id, expiresAt });
  }
  await purge(database, now);
  const left = await selectEnrollmentTokens(database, 'org_default', undefined, 9);
  expect(left.map(({ id }) => id)).toEqual(['ent_2', 'ent_3']);
});
