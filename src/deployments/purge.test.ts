import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import { events } from '../db/schema.ts';
import { purge } from './purge.ts';

test('a timeline keeps its newest 500 events, and a short one all of them', async () => {
  const { database } = await newMemoryDatabase();
  const line = (subject: string, number: number) => ({
    subject,
    id: `evt_${String(number).padStart(5, '0')}`,
    orgId: 'org',
    type: 'running',
    message: '',
    createdAt: 1_000_000,
  });
  for (const [subject, count] of Object.entries({ long: 620, short: 500, one: 1 })) {
    const lines = Array.from({ length: count }, (_, number) => line(subject, number));
    await database.insert(events).values(lines);
  }
  await purge(database, 1_000_000);
  const left = async (subject: string) =>
    (await database.select().from(events).where(eq(events.subject, subject))).map(({ id }) => id);
  expect((await left('long')).length).toBe(500);
  expect((await left('long'))[0]).toBe('evt_00120');
  expect((await left('short')).length).toBe(500);
  expect((await left('one')).length).toBe(1);
});
