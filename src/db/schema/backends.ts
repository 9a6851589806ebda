import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JsonObject } from '../../../contract/json.ts';
import { orgs } from './tenancy.ts';

// Backends of organisations.

export const backends = sqliteTable(
  'backends',
  {
    id: text('id').primaryKey(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    backendName: text('backend_name').notNull(),
    /** Lower case: names are unique whatever their case. */
    nameKey: text('name_key').notNull(),
    source: text('source', { enum: ['built_in', 'community', 'custom'] }).notNull(),
    revision: integer('revision').notNull(),
    /** Of the shipped definition that it was taken from; null for a custom one. */
    catalogueDigest: text('catalogue_digest'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('backends_name').on(table.orgId, table.nameKey)],
);

/** What a backend was at each of its revisions. Immutable. */
export const backendRevisions = sqliteTable(
  'backend_revisions',
  {
    backendId: text('backend_id')
      .notNull()
      .references(() => backends.id, { onDelete: 'cascade' }),
    revision: integer('revision').notNull(),
    /** A definition; of a built-in backend the changes to what ships. */
    document: text('document', { mode: 'json' }).$type<JsonObject>().notNull(),
    author: text('author').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.backendId, table.revision] })],
);

/** The versions that an organisation's backend has beside those that ship with it: what `backend_uses` points at. */
export const backendVersions = sqliteTable(
  'backend_versions',
  {
    backendId: text('backend_id')
      .notNull()
      .references(() => backends.id, { onDelete: 'cascade' }),
    version: text('version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.backendId, table.version] })],
);
