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
import type { DeploymentInput } from '../../../contract/deployment.ts';
import { backends, backendVersions } from './backends.ts';
import { orgs, secrets } from './tenancy.ts';

// What users asked for.

export const deployments = sqliteTable(
  'deployments',
  {
    id: text('id').primaryKey(),
    orgId: text('org_id')
      .notNull()
      .references(() => orgs.id),
    name: text('name').notNull(),
    /** Of what the user wrote; the ETag. */
    revision: integer('revision').notNull(),
    /** Counts every change, the planner's too: what an apply is guarded by. */
    version: integer('version').notNull(),
    deleting: integer('deleting', { mode: 'boolean' }).notNull().default(false),
    /** No replicas are wanted until it is started again. */
    stopped: integer('stopped', { mode: 'boolean' }).notNull().default(false),
    /** Its instances are being brought to its newest revision. */
    rolling: integer('rolling', { mode: 'boolean' }).notNull().default(true),
    /** When the rollout last came forward. */
    progressAt: integer('progress_at').notNull().default(0),
    /** The last revision whose instances all came up; what a failed one falls back to. */
    goodRevision: integer('good_revision'),
    /** Why the rollout of the newest revision was given up; null while it was not. */
    rolloutFailure: text('rollout_failure'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('deployments_name').on(table.orgId, table.name),
    index('deployments_deleting').on(table.orgId).where(sql`deleting = 1`),
    index('deployments_rolling').on(table.orgId).where(sql`rolling = 1`),
  ],
);

/** What a user wrote at each revision. Immutable. */
export const deploymentRevisions = sqliteTable(
  'deployment_revisions',
  {
    deploymentId: text('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    revision: integer('revision').notNull(),
    spec: text('spec', { mode: 'json' }).$type<DeploymentInput>().notNull(),
    /** GPUs of each instance: what the user wrote, or what "auto" was decided to mean when it was written. */
    gpuCount: integer('gpu_count').notNull(),
    /** The first revision whose instances need not be replaced for this one: they differ in scale and the like only. */
    templateRevision: integer('template_revision').notNull().default(1),
    /** What made it. */
    cause: text('cause', { enum: ['create', 'change', 'restart', 'rollback'] })
      .notNull()
      .default('create'),
    author: text('author').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.deploymentId, table.revision] })],
);

/** Who uses a backend, and which version of it: the foreign keys refuse to delete what a deployment names. */
export const backendUses = sqliteTable(
  'backend_uses',
  {
    deploymentId: text('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    /** The version's name; empty while "auto" has not resolved to one. */
    slot: text('slot').notNull(),
    backendId: text('backend_id')
      .notNull()
      .references(() => backends.id),
    version: text('version'),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.slot] }),
    index('backend_uses_backend').on(table.backendId, table.version),
    foreignKey({
      columns: [table.backendId, table.version],
      foreignColumns: [backendVersions.backendId, backendVersions.version],
    }),
  ],
);

/** The secrets that a deployment's newest revision and its launches name: the foreign key refuses to delete them. */
export const secretUses = sqliteTable(
  'secret_uses',
  {
    deploymentId: text('deployment_id')
      .notNull()
      .references(() => deployments.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    orgId: text('org_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deploymentId, table.name] }),
    index('secret_uses_secret').on(table.orgId, table.name),
    foreignKey({
      columns: [table.orgId, table.name],
      foreignColumns: [secrets.orgId, secrets.name],
    }),
  ],
);
