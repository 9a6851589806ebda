import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { TokenRole } from '../../contract/access.ts';
import type { AuditActorKind, AuditChange, AuditedKind } from '../../contract/audit.ts';
import type { DeploymentInput } from '../../contract/deployment.ts';
import type { EventType } from '../../contract/event.ts';
import type { Inventory } from '../../contract/host.ts';
import type { InstanceState } from '../../contract/instance.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';

/*
 * Times are milliseconds since 1970 (UTC). Every table is WITHOUT ROWID (written by hand into its migration, since
 * drizzle has no word for it): a text key then costs one written row, not two. Foreign keys refuse what would leave
 * an orphan; where deletion goes downwards it cascades.
 */

export const settings = sqliteTable('settings', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

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

/** Never holds a row: an insert of 0 fails its CHECK and with it the whole batch (see batch.ts). */
export const guards = sqliteTable('guards', { holds: integer('holds').primaryKey() }, (table) => [
  check('guard', sql`${table.holds} = 1`),
]);

export * from './people-schema.ts';
