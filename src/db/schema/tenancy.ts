import { sql } from 'drizzle-orm';
import {
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { TokenRole } from '../../../contract/access.ts';
import type { AuditActorKind, AuditChange, AuditedKind } from '../../../contract/audit.ts';

// Organisations, and what each has for its programs: tokens, secrets, logins, and the audit.

export const orgs = sqliteTable(
  'orgs',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    /** Since when, after most of its hosts fell silent at once, no instance is replaced; null: as usual. */
    replacementHeldAt: integer('replacement_held_at'),
    /** When a person ended that last: hosts that were silent by then do not bring it about again. */
    replacementReleasedAt: integer('replacement_released_at'),
    /** So many of each it may have; statements that make one check it themselves. */
    maxHosts: integer('max_hosts').notNull().default(10_000),
    maxDeployments: integer('max_deployments').notNull().default(10_000),
    maxTokens: integer('max_tokens').notNull().default(100),
    /** Since when it is being deleted, with all that is in it; null: it is not. */
    deletingAt: integer('deleting_at'),
    /** How many hubs had its hosts when its deletion began: they are told when its hosts are gone. */
    deletingHubs: integer('deleting_hubs').notNull().default(0),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    // Not unique: that a name is taken would tell that there is another organisation.
    index('orgs_name').on(table.name),
    index('orgs_deleting').on(table.deletingAt).where(sql`deleting_at IS NOT NULL`),
    index('orgs_held').on(table.replacementHeldAt).where(sql`replacement_held_at IS NOT NULL`),
  ],
);

/** API tokens. By their hash, so that letting a request in reads one row. */
export const apiTokens = sqliteTable(
  'api_tokens',
  {
    /** SHA-256 of the token, hex. */
    tokenHash: text('token_hash').primaryKey(),
    id: text('id').notNull(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    role: text('role').$type<TokenRole>().notNull(),
    /** The first characters of the token. */
    prefix: text('prefix').notNull(),
    createdAt: integer('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    /** Null: it does not expire. */
    expiresAt: integer('expires_at'),
    /** To the hour. */
    lastUsedAt: integer('last_used_at'),
    revokedAt: integer('revoked_at'),
  },
  (table) => [uniqueIndex('api_tokens_org').on(table.orgId, table.id)],
);

/** Values that launches and registries name, sealed (see tenancy/secrets/vault.ts). */
export const secrets = sqliteTable(
  'secrets',
  {
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    name: text('name').notNull(),
    /** Which key it is sealed with. */
    keyId: text('key_id').notNull(),
    sealed: text('sealed').notNull(),
    /** Counts the changes of its value. */
    revision: integer('revision').notNull(),
    createdAt: integer('created_at').notNull(),
    /** When its value was last set. */
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.name] })],
);

/** Logins at registries. */
export const registries = sqliteTable(
  'registries',
  {
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    server: text('server').notNull(),
    username: text('username').notNull(),
    passwordSecret: text('password_secret').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orgId, table.server] }),
    index('registries_secret').on(table.orgId, table.passwordSecret),
    foreignKey({
      columns: [table.orgId, table.passwordSecret],
      foreignColumns: [secrets.orgId, secrets.name],
    }),
  ],
);

/**
 * Who changed what. Outlives what it names, organisations too, so that it has no foreign key. `org_id` is
 * `platformAudit` for what concerns none.
 */
export const audit = sqliteTable(
  'audit',
  {
    orgId: text('org_id').notNull(),
    /** Sortable by time, and the time of the line. */
    id: text('id').notNull(),
    /** The operation of the API. */
    operation: text('operation').notNull(),
    actorKind: text('actor_kind').$type<AuditActorKind>().notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    resourceKind: text('resource_kind').$type<AuditedKind>().notNull(),
    resourceId: text('resource_id'),
    resourceName: text('resource_name').notNull(),
    changes: text('changes', { mode: 'json' }).$type<AuditChange[]>().notNull(),
    changesLeftOut: integer('changes_left_out').notNull(),
    note: text('note'),
    address: text('address'),
    userAgent: text('user_agent'),
    requestId: text('request_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orgId, table.id] }),
    // What people ask of a year's lines. A key of the table goes with each, so that they give pages in its order.
    index('audit_actor').on(table.orgId, table.actorId),
    index('audit_resource').on(table.orgId, table.resourceName),
  ],
);
