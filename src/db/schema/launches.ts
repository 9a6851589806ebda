import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { InstanceState } from '../../../contract/instance.ts';
import type { LaunchSpec } from '../../../contract/launch-spec.ts';
import { deployments } from './deployments.ts';
import { hosts } from './hosts.ts';
import { orgs } from './tenancy.ts';

// What is made of deployments on hosts.

export const instances = sqliteTable(
  'instances',
  {
    id: text('id').primaryKey(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    deploymentId: text('deployment_id')
      .notNull()
      .references(() => deployments.id),
    deploymentRevision: integer('deployment_revision').notNull(),
    generation: integer('generation').notNull(),
    state: text('state').$type<InstanceState>().notNull(),
    reason: text('reason'),
    message: text('message').notNull(),
    /** Of its current generation; null while it is pending. */
    hostId: text('host_id'),
    restarts: integer('restarts').notNull().default(0),
    exitCode: integer('exit_code'),
    oomKilled: integer('oom_killed', { mode: 'boolean' }),
    containerId: text('container_id'),
    /** What its container was made from: `repository@sha256:...`, or the image's id where no registry knows it. */
    imageDigest: text('image_digest'),
    createdAt: integer('created_at').notNull(),
    startedAt: integer('started_at'),
    readyAt: integer('ready_at'),
    /** When its host tries it again; means something while it restarts or has failed. */
    retryAt: integer('retry_at'),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    index('instances_deployment').on(table.deploymentId),
    // What the clock looks for: instances that wait for a step of the control plane.
    index('instances_unsettled')
      .on(table.orgId, table.state)
      .where(sql`state IN ('pending', 'stopping', 'stopped', 'failed', 'unreachable', 'deleting')`),
  ],
);

/** The launch queue: launch specs that wait for, or are held by, their host. One for each (instance, generation). */
export const launches = sqliteTable(
  'launches',
  {
    instanceId: text('instance_id')
      .notNull()
      .references(() => instances.id),
    generation: integer('generation').notNull(),
    orgId: text('org_id').notNull(),
    deploymentId: text('deployment_id').notNull(),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id),
    spec: text('spec', { mode: 'json' }).$type<LaunchSpec>().notNull(),
    /** The host's desired revision that is the first without it; null while it shall run. */
    removedIn: integer('removed_in'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.instanceId, table.generation] }),
    index('launches_host').on(table.hostId),
  ],
);

/**
 * What a launch holds of its host. `resource`: `gpu:<uuid>`, `port:<number>`, `memory`. An exclusive claim has the
 * holder '' and so is one row for its resource, whoever asks; a shared one has the instance's id and an amount.
 */
export const claims = sqliteTable(
  'claims',
  {
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    resource: text('resource').notNull(),
    holder: text('holder').notNull().default(''),
    instanceId: text('instance_id').notNull(),
    generation: integer('generation').notNull(),
    /** In bytes for memory; 1 for an exclusive claim. */
    amount: integer('amount').notNull().default(1),
  },
  (table) => [primaryKey({ columns: [table.hostId, table.resource, table.holder] })],
);

/**
 * The host that is kept for an instance of an organisation which has waited too long: nobody else gets GPUs of it. One
 * for each organisation.
 */
export const reservations = sqliteTable(
  'reservations',
  {
    orgId: text('org_id').primaryKey(),
    hostId: text('host_id')
      .notNull()
      .references(() => hosts.id, { onDelete: 'cascade' }),
    instanceId: text('instance_id')
      .notNull()
      .references(() => instances.id, { onDelete: 'cascade' }),
  },
  (table) => [
    index('reservations_host').on(table.hostId),
    index('reservations_instance').on(table.instanceId),
  ],
);
