import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { EventType } from '../../../contract/event.ts';

/** Timelines. `subject` is the id of a deployment or of a host. */
export const events = sqliteTable(
  'events',
  {
    subject: text('subject').notNull(),
    /** Sortable by time. */
    id: text('id').notNull(),
    orgId: text('org_id').notNull(),
    type: text('type').$type<EventType>().notNull(),
    message: text('message').notNull(),
    instanceId: text('instance_id'),
    hostId: text('host_id'),
    generation: integer('generation'),
    /** So often it happened, with little time in between; the line is of the last time. */
    count: integer('count').notNull().default(1),
    /** The first time; null: it happened once. */
    firstAt: integer('first_at'),
    /** What it waits for comes then. */
    until: integer('until'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.id] })],
);
