import { sql } from 'drizzle-orm';
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { Inventory } from '../../../contract/host.ts';
import { orgs } from './tenancy.ts';

// Hosts, and how machines become them.

export const hosts = sqliteTable(
  'hosts',
  {
    id: text('id').primaryKey(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    name: text('name').notNull(),
    labels: text('labels', { mode: 'json' }).$type<Record<string, string>>().notNull(),
    installId: text('install_id').notNull(),
    /** SHA-256 of the host's secret, hex. */
    secretHash: text('secret_hash').notNull(),
    /** Number of the hub that holds its link; set at enrolment and kept. */
    hub: integer('hub').notNull(),
    epoch: integer('epoch').notNull().default(0),
    processId: text('process_id'),
    /** Of the last message that changed something. */
    seq: integer('seq').notNull().default(0),
    agentVersion: text('agent_version'),
    observedHash: text('observed_hash'),
    inventory: text('inventory', { mode: 'json' }).$type<Inventory>(),
    /** Counts the changes of what shall run on it. */
    desiredRevision: integer('desired_revision').notNull().default(0),
    heldRevision: integer('held_revision').notNull().default(0),
    status: text('status', { enum: ['online', 'suspect', 'offline'] }).notNull(),
    statusChangedAt: integer('status_changed_at').notNull(),
    /** When it was last heard before it fell silent; null while it never did. */
    lastSeenAt: integer('last_seen_at'),
    schedulable: integer('schedulable', { mode: 'boolean' }).notNull().default(true),
    /** What runs on it shall move elsewhere. */
    draining: integer('draining', { mode: 'boolean' }).notNull().default(false),
    /** The address that its last message which changed something came from; of no proof. */
    heardFrom: text('heard_from'),
    /** Since when its word is not taken; null: it is. */
    revokedAt: integer('revoked_at'),
    /** Since when its agent is asked for a new secret; null: it is not. */
    rotationAskedAt: integer('rotation_asked_at'),
    /** When its secret was last replaced. */
    secretChangedAt: integer('secret_changed_at'),
    /** SHA-256 of the secret before, which lets nobody in; null before the first rotation. */
    retiredSecretHash: text('retired_secret_hash'),
    /** When somebody last came with that one, and from where. */
    retiredUsedAt: integer('retired_used_at'),
    retiredUsedFrom: text('retired_used_from'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    index('hosts_retired').on(table.retiredSecretHash).where(sql`retired_secret_hash IS NOT NULL`),
    uniqueIndex('hosts_secret').on(table.secretHash),
    uniqueIndex('hosts_name').on(table.orgId, table.name),
    uniqueIndex('hosts_install').on(table.orgId, table.installId),
    // In the order of their ids, for pages; written once, when a host is enrolled.
    index('hosts_org').on(table.orgId),
    index('hosts_draining').on(table.orgId).where(sql`draining = 1`),
    // What the clock looks for: the few hosts that hold less than they shall, and each hub once.
    index('hosts_behind').on(table.orgId).where(sql`held_revision < desired_revision`),
    index('hosts_hub').on(table.orgId, table.hub),
  ],
);

/** A process that was replaced and still runs with the identity of a host: a copy of it, or what it was copied from. */
export const hostRivals = sqliteTable(
  'host_rivals',
  {
    hostId: text('host_id')
      .primaryKey()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    processId: text('process_id').notNull(),
    heardFrom: text('heard_from'),
    /** The one that had replaced it. */
    otherProcessId: text('other_process_id').notNull(),
    otherHeardFrom: text('other_heard_from'),
    /** Of the conflict, whichever processes there were. */
    firstAt: integer('first_at').notNull(),
    heardAt: integer('heard_at').notNull(),
  },
  (table) => [index('host_rivals_age').on(table.heardAt)],
);

/** Secrets of hosts that were removed: their agents are told so, and stop what they run. */
export const removedHosts = sqliteTable(
  'removed_hosts',
  {
    /** SHA-256, hex. */
    secretHash: text('secret_hash').primaryKey(),
    removedAt: integer('removed_at').notNull(),
  },
  (table) => [index('removed_hosts_age').on(table.removedAt)],
);

export const enrollmentTokens = sqliteTable(
  'enrollment_tokens',
  {
    id: text('id').primaryKey(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    tokenHash: text('token_hash').notNull(),
    uses: integer('uses').notNull().default(1),
    usesLeft: integer('uses_left').notNull(),
    labels: text('labels', { mode: 'json' }).$type<Record<string, string>>().notNull(),
    expiresAt: integer('expires_at').notNull(),
    createdBy: text('created_by').notNull().default('admin'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('enrollment_tokens_hash').on(table.tokenHash),
    index('enrollment_tokens_org').on(table.orgId),
    index('enrollment_tokens_age').on(table.expiresAt),
  ],
);

/** Ports that something foreign holds on a host, and until when they are not granted. */
export const barredPorts = sqliteTable(
  'barred_ports',
  {
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    port: integer('port').notNull(),
    until: integer('until').notNull(),
  },
  (table) => [primaryKey({ columns: [table.hostId, table.port] })],
);
