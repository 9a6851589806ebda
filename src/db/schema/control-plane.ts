import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

// What the control plane keeps for itself.

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** Answers that were given under an `Idempotency-Key`, written in the same batch as their effect. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    orgId: text('org_id').notNull(),
    /** Method and path. */
    route: text('route').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the body, hex. */
    fingerprint: text('fingerprint').notNull(),
    status: integer('status').notNull(),
    body: text('body').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orgId, table.route, table.key] }),
    index('idempotency_keys_age').on(table.createdAt),
  ],
);

/** Never holds a row: an insert of 0 fails its CHECK and with it the whole batch (see batch.ts). */
export const guards = sqliteTable('guards', { holds: integer('holds').primaryKey() }, (table) => [
  check('guard', sql`${table.holds} = 1`),
]);
