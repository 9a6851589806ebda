import * as z from 'zod';
import { Labels, Timestamp, textOf } from './common.ts';
import { InstanceState } from './instance.ts';

export const Gpu = z
  .strictObject({
    framework: z.string(),
    index: z.int().min(0),
    uuid: z.string().min(1).max(128),
    name: z.string().max(256),
    memory_bytes: z.int().min(0),
    /** Of the GPU that this one is a part of, by MIG. */
    parent_uuid: z.string().max(128).optional(),
  })
  .meta({ id: 'Gpu' });
export type Gpu = z.infer<typeof Gpu>;

/** Something about a host that a person should know, with what to do. */
export const Condition = z
  .strictObject({ code: z.string().max(64), message: z.string().max(1024) })
  .meta({ id: 'Condition' });
export type Condition = z.infer<typeof Condition>;

/** The driver of a host's GPUs of one framework. */
export const Driver = z
  .strictObject({
    framework: z.string().max(32),
    driver_version: z.string().max(64),
    /** Of CUDA, ROCm and their like: the newest that the driver serves. Null where it is not known. */
    runtime_version: z.string().max(64).nullable(),
  })
  .meta({ id: 'Driver' });
export type Driver = z.infer<typeof Driver>;

/** The disk that holds a folder of the host. */
export const Disk = z
  .strictObject({
    role: z.enum(['docker', 'models']),
    path: z.string().max(1024),
    total_bytes: z.int().min(0),
  })
  .meta({ id: 'Disk' });
export type Disk = z.infer<typeof Disk>;

/** What a host has, as its agent reports it. What is optional an older agent does not tell. */
export const Inventory = z
  .strictObject({
    hostname: z.string().max(253),
    os: z.string().max(256),
    /** Docker's word: `amd64`, `arm64`. */
    architecture: z.string().max(32),
    cpus: z.int().min(1),
    memory_bytes: z.int().min(0),
    /** The address that clients of its instances use; `{{worker_ip}}`. */
    address: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be an IP address or a host name'),
    /** Ports that instances may get, both ends included. */
    port_range: z.strictObject({
      first: z.int().min(1).max(65_535),
      last: z.int().min(1).max(65_535),
    }),
    /** All addresses that other machines may reach it at. */
    addresses: z.array(z.string().max(64)).max(32).optional(),
    gpus: z.array(Gpu).max(128),
    drivers: z.array(Driver).max(16).optional(),
    disks: z.array(Disk).max(8).optional(),
    /** Null when the engine does not answer. */
    docker: z
      .strictObject({
        version: z.string().max(64),
        api_version: z.string().max(16).optional(),
        /** Whether it can give NVIDIA's GPUs to containers. */
        nvidia_toolkit: z.boolean().optional(),
      })
      .nullable(),
    /** The sources of models that this agent can use. */
    model_sources: z.array(z.string().max(32)).max(16),
    /** Images that the engine holds, as `canonicalImage` writes them, the newest first. */
    images: z.array(z.string().max(1024)).max(256).optional(),
    /** Models that are on the host: `repo_id@revision`, or a path. */
    models: z.array(z.string().max(4096)).max(256).optional(),
    conditions: z.array(Condition).max(32),
  })
  .meta({ id: 'Inventory' });
export type Inventory = z.infer<typeof Inventory>;

/** Two processes that have the identity of one host: the one that speaks for it, and one that was replaced by it. */
export const IdentityConflict = z
  .strictObject({
    since: Timestamp,
    speaks: z.strictObject({
      process_id: z.string(),
      address: z.string().nullable().describe('That its messages came from last.'),
    }),
    replaced: z.strictObject({
      process_id: z.string(),
      address: z.string().nullable(),
      heard_at: Timestamp.describe('It says once a minute that it is there.'),
    }),
  })
  .meta({ id: 'IdentityConflict' });
export type IdentityConflict = z.infer<typeof IdentityConflict>;

export const Host = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    name: z.string().describe('For people, and for `placement.hosts`; need not be unique.'),
    labels: Labels.describe('What placement may ask for.'),
    status: z
      .enum(['online', 'suspect', 'offline'])
      .describe(
        '`suspect`: it lost its link and was not heard since; it gets no new work, and keeps what it has.',
      ),
    schedulable: z.boolean().describe('Whether it takes new instances; false once it is cordoned.'),
    draining: z.boolean().describe('What runs on it shall move elsewhere.'),
    agent_version: z
      .string()
      .nullable()
      .describe('Of the agent that was last heard; null until its first sync.'),
    agent_update: z
      .string()
      .nullable()
      .describe(
        'What to do about an agent that is too old for this control plane; null while it is not.',
      ),
    inventory: z
      .union([Inventory, z.null()])
      .describe("What it has, as its agent reports it; null until the agent's first sync."),
    conditions: z
      .array(Condition)
      .describe(
        'What the control plane finds wrong with its identity, and what to do; its agent tells the rest in `inventory`.',
      ),
    revoked_at: z
      .union([Timestamp, z.null()])
      .describe('Since when nothing is given to it, nor taken from it; null: it is not revoked.'),
    rotation_asked_at: z
      .union([Timestamp, z.null()])
      .describe('Since when it is asked for a new secret; null while it is not.'),
    secret_changed_at: z
      .union([Timestamp, z.null()])
      .describe('When its secret was last replaced; null: it is the one of its enrolment.'),
    identity_conflict: z
      .union([IdentityConflict, z.null()])
      .describe('A copy of its identity that runs; null while none is heard.'),
    desired_revision: z.int().describe('Counts the changes of what shall run on it.'),
    held_revision: z.int().describe('The desired revision that the host has taken over.'),
    claimed: z
      .strictObject({
        instances: z.int(),
        /** GPUs that one instance has, or several have parts of. */
        gpus: z.int(),
        memory_bytes: z.int(),
      })
      .describe('What instances hold of it.'),
    created_at: Timestamp.describe('When it was enrolled.'),
    status_changed_at: Timestamp.describe('Since when it has its status.'),
    last_seen_at: z
      .union([Timestamp, z.null()])
      .describe('When it was last heard before it fell silent; null while it never did.'),
  })
  .meta({ id: 'Host' });
export type Host = z.infer<typeof Host>;

/** One entry of a host's launch queue: what waits for the host, or is held by it. */
export const HostLaunch = z
  .object({
    instance_id: z.string(),
    generation: z.int(),
    /** The deployment's name. */
    deployment: z.string(),
    /** Of the instance, whose generation may be a later one by now. */
    state: InstanceState,
    /** The host is told to stop it, and has not yet said that it is gone. */
    removed: z.boolean(),
    created_at: Timestamp,
  })
  .meta({ id: 'HostLaunch' });
export type HostLaunch = z.infer<typeof HostLaunch>;

/** An instance that waited for so long that GPUs which come free on this host are kept for it. */
export const HostReservation = z
  .object({
    instance_id: z.string(),
    /** The deployment's name. */
    deployment: z.string(),
    since: Timestamp,
  })
  .meta({ id: 'HostReservation' });
export type HostReservation = z.infer<typeof HostReservation>;

/** A host with all that is claimed on it and its launch queue, oldest first. A host has at most 500 instances. */
export const HostDetail = z
  .object({
    ...Host.shape,
    claims: z
      .array(
        z.strictObject({
          resource: z.string(),
          instance_id: z.string(),
          generation: z.int(),
        }),
      )
      .describe('GPUs (by UUID), ports and memory that instances hold.'),
    launches: z
      .array(HostLaunch)
      .describe('What waits for the host, or is held by it, oldest first.'),
    reserved_for: z
      .union([HostReservation, z.null()])
      .describe('The instance that its GPUs are kept for; null while they go to whoever comes.'),
  })
  .meta({ id: 'HostDetail' });
export type HostDetail = z.infer<typeof HostDetail>;

/** What a person may change of a host. */
export const HostChange = z
  .strictObject({
    name: textOf(253, 1).optional(),
    /** Takes the place of all labels; null takes them all away. */
    labels: z.union([Labels, z.null()]).optional(),
  })
  .meta({ id: 'HostChange' });
export type HostChange = z.infer<typeof HostChange>;

export const EnrollmentTokenInput = z
  .strictObject({
    /** How many hosts may enrol with it. */
    uses: z.int().min(1).max(1000).default(1),
    expires_in_seconds: z.int().min(60).max(2_592_000).default(3600),
    /** Given to the hosts that enrol with it. */
    labels: Labels.optional(),
  })
  .meta({ id: 'EnrollmentTokenInput' });

/** A token that lets hosts enrol, without what it is. */
export const EnrollmentToken = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    uses: z.int().describe('How many hosts may enrol with it.'),
    uses_left: z.int().describe('How many more may.'),
    labels: Labels.describe('Given to the hosts that enrol with it, over their own.'),
    expires_at: Timestamp,
    created_by: z.string().describe('Who made it.'),
    created_at: Timestamp,
  })
  .meta({ id: 'EnrollmentToken' });

/** Shown once: the server keeps a hash only. */
export const NewEnrollmentToken = z
  .object({ ...EnrollmentToken.shape, token: z.string().describe('Shown this once.') })
  .meta({ id: 'NewEnrollmentToken' });
