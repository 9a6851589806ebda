import { asc, eq, sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import type { EventType } from '../../contract/event.ts';
import { newMemoryDatabase } from '../../test/support/memory-database.ts';
import type { Database } from './client.ts';
import { events } from './schema/index.ts';
import { longestTimeline, repeatOf, tidyTimelines } from './timelines.ts';

let database: Database;
let written = 0;
beforeEach(async () => {
  ({ database } = await newMemoryDatabase());
  written = 0;
});

/** Tells it as a store does: the line, then what it makes of the lines before. */
async function tell(
  type: EventType,
  now: number,
  { subject = 'dep', instance = 'a', generation = 1 } = {},
): Promise<void> {
  written += 1;
  const id = `evt_${String(written).padStart(6, '0')}`;
  const line = {
    subject: sql`${subject}`,
    type,
    instanceId: sql`${instance}`,
    generation: sql`${generation}`,
  };
  const { count, firstAt } = repeatOf(line, now);
  await database.run(sql`INSERT INTO events (subject, id, org_id, type, message, instance_id, generation, count, first_at, created_at)
    SELECT ${subject}, ${id}, 'org', ${type}, ${`at ${now}`}, ${instance}, ${generation}, ${count.sql}, ${firstAt.sql}, ${now}`);
  await tidyTimelines(database, sql`SELECT ${subject} AS subject, ${id} AS id`);
}

function timeline(subject = 'dep') {
  return database
    .select({
      type: events.type,
      count: events.count,
      firstAt: events.firstAt,
      at: events.createdAt,
    })
    .from(events)
    .where(eq(events.subject, subject))
    .orderBy(asc(events.id));
}

const minute = 60_000;

test('what repeats itself is one line of the last time, that counts and knows the first', async () => {
  for (let round = 1; round <= 30; round += 1) {
    await tell('exited', round * 5 * minute);
    await tell('started', round * 5 * minute + 1);
  }
  expect(await timeline()).toEqual([
    { type: 'exited', count: 30, firstAt: 5 * minute, at: 150 * minute },
    { type: 'started', count: 30, firstAt: 5 * minute + 1, at: 150 * minute + 1 },
  ]);
});

test('of another instance, another generation or after an hour it is a line of its own', async () => {
  await tell('exited', 1);
  await tell('exited', 2, { instance: 'b' });
  await tell('exited', 3, { generation: 2 });
  await tell('exited', 2 + 60 * minute);
  await tell('exited', 3, { subject: 'other' });
  expect((await timeline()).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  expect((await timeline('other')).map(({ count }) => count)).toEqual([1]);
});

test('a timeline keeps its newest 500 lines, and the others all of theirs', async () => {
  await tell('ready', 1, { subject: 'other' });
  const lines = Array.from({ length: longestTimeline }, (_, number) => ({
    subject: 'dep',
    id: `evt_000000_${String(number).padStart(4, '0')}`,
    orgId: 'org',
    type: 'changed' as const,
    message: '',
    createdAt: 1,
  }));
  await database.insert(events).values(lines);
  await tell('ready', 2);
  await tell('exited', 3);
  const left = await timeline();
  expect(left.length).toBe(longestTimeline);
  expect(left.slice(-2).map(({ type }) => type)).toEqual(['ready', 'exited']);
  expect(await timeline('other')).toHaveLength(1);
  const [oldest] = await database
    .select({ id: events.id })
    .from(events)
    .where(eq(events.subject, 'dep'))
    .orderBy(asc(events.id))
    .limit(1);
  expect(oldest?.id).toBe('evt_000000_0002');
});
