import * as z from 'zod';
import { HostName, Labels, Timestamp } from './common.ts';
import { InstanceState } from './instance.ts';

export const Gpu = z
  .strictObject({
    framework: z.string().describe('What drives it, such as `cuda` or `rocm`.'),
    index: z.int().min(0).describe("Its number in the driver's order."),
    uuid: z.string().min(1).max(128).describe('Its name for ever.'),
    name: z.string().max(256).describe('What its vendor calls it.'),
    memory_bytes: z.int().min(0).describe('Its memory.'),
    parent_uuid: z
      .string()
      .max(128)
      .optional()
      .describe('Of the GPU that this one is a part of, by MIG.'),
  })
  .meta({ id: 'Gpu', description: 'One GPU of a host, or a part of one.' });
export type Gpu = z.infer<typeof Gpu>;

/** Something about a host that a person should know, with what to do. */
export const Condition = z
  .strictObject({
    code: z.string().max(64).describe('A stable word.'),
    message: z.string().max(1024).describe('For people: what is wrong, and what to do.'),
  })
  .meta({
    id: 'Condition',
    description: 'Something about a host that a person should know, with what to do.',
  });
export type Condition = z.infer<typeof Condition>;

/** The driver of a host's GPUs of one framework. */
export const Driver = z
  .strictObject({
    framework: z.string().max(32).describe('The framework.'),
    driver_version: z.string().max(64).describe('The version of the driver.'),
    runtime_version: z
      .string()
      .max(64)
      .nullable()
      .describe(
        'Of CUDA, ROCm and their like: the newest that the driver serves. Null where it is not known.',
      ),
  })
  .meta({ id: 'Driver', description: "The driver of a host's GPUs of one framework." });
export type Driver = z.infer<typeof Driver>;

/** The disk that holds a folder of the host. */
export const Disk = z
  .strictObject({
    role: z
      .enum(['docker', 'models'])
      .describe("`docker`: the engine's folder; `models`: the models'."),
    path: z.string().max(1024).describe('The folder.'),
    total_bytes: z.int().min(0).describe('The size of the disk.'),
  })
  .meta({ id: 'Disk', description: 'The disk that holds a folder of the host.' });
export type Disk = z.infer<typeof Disk>;

/** What a host has, as its agent reports it. What is optional an older agent does not tell. */
export const Inventory = z
  .strictObject({
    hostname: z.string().max(253).describe('What it calls itself.'),
    os: z.string().max(256).describe('Its operating system.'),
    architecture: z.string().max(32).describe("Docker's word: `amd64`, `arm64`."),
    cpus: z.int().min(1).describe('How many processors it has.'),
    memory_bytes: z.int().min(0).describe('Its memory.'),
    address: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be an IP address or a host name')
      .describe('The address that clients of its instances use; `{{worker_ip}}`.'),
    port_range: z
      .strictObject({
        first: z.int().min(1).max(65_535).describe('The first port.'),
        last: z.int().min(1).max(65_535).describe('The last port.'),
      })
      .describe('Ports that instances may get, both ends included.'),
    addresses: z
      .array(z.string().max(64))
      .max(32)
      .optional()
      .describe('All addresses that other machines may reach it at.'),
    gpus: z.array(Gpu).max(128).describe('Its GPUs.'),
    drivers: z.array(Driver).max(16).optional().describe('The drivers of its GPUs.'),
    disks: z.array(Disk).max(8).optional().describe('The disks that containers and models need.'),
    docker: z
      .strictObject({
        version: z.string().max(64).describe('The version of the engine.'),
        api_version: z.string().max(16).optional().describe("The version of the engine's API."),
        nvidia_toolkit: z
          .boolean()
          .optional()
          .describe("Whether it can give NVIDIA's GPUs to containers."),
      })
      .nullable()
      .describe('Its Docker engine; null when that does not answer.'),
    model_sources: z
      .array(z.string().max(32))
      .max(16)
      .describe('The sources of models that this agent can use.'),
    images: z
      .array(z.string().max(1024))
      .max(256)
      .optional()
      .describe('Images that the engine holds, in their full names, the newest first.'),
    models: z
      .array(z.string().max(4096))
      .max(256)
      .optional()
      .describe('Models that are on the host: `repo_id@revision`, or a path.'),
    conditions: z.array(Condition).max(32).describe('What a person should know about it.'),
  })
  .meta({
    id: 'Inventory',
    description:
      'What a host has, as its agent reports it. What is optional an older agent does not tell.',
  });
export type Inventory = z.infer<typeof Inventory>;

/** Two processes that have the identity of one host: the one that speaks for it, and one that was replaced by it. */
export const IdentityConflict = z
  .strictObject({
    since: Timestamp.describe('Since when both are heard.'),
    speaks: z
      .strictObject({
        process_id: z.string().describe('Random for each process.'),
        address: z.string().nullable().describe('The address that its messages came from last.'),
      })
      .describe('The one that speaks for the host.'),
    replaced: z
      .strictObject({
        process_id: z.string().describe('Random for each process.'),
        address: z.string().nullable().describe('The address that its messages came from last.'),
        heard_at: Timestamp.describe('It says once a minute that it is there.'),
      })
      .describe('The one that was replaced by it, and touches nothing.'),
  })
  .meta({
    id: 'IdentityConflict',
    description: 'Two processes that have the identity of one host.',
  });
export type IdentityConflict = z.infer<typeof IdentityConflict>;

export const Host = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    name: z
      .string()
      .describe(
        'For people, and for `placement.hosts`; unique in the organisation. That of a removed host is free again.',
      ),
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
        instances: z.int().describe('How many instances hold something.'),
        gpus: z.int().describe('GPUs that one instance has, or several have parts of.'),
        shared_gpus: z.int().describe('Those of them that are shared by memory.'),
        memory_bytes: z.int().describe('Memory that is spoken for.'),
      })
      .describe('What instances hold of it.'),
    created_at: Timestamp.describe('When it was enrolled.'),
    status_changed_at: Timestamp.describe('Since when it has its status.'),
    last_seen_at: z
      .union([Timestamp, z.null()])
      .describe('When it was last heard before it fell silent; null while it never did.'),
  })
  .meta({ id: 'Host', description: 'A machine with an agent.' });
export type Host = z.infer<typeof Host>;

/** One entry of a host's launch queue: what waits for the host, or is held by it. */
export const HostLaunch = z
  .object({
    instance_id: z.string().describe('The instance.'),
    generation: z.int().describe('The generation of the instance that is launched.'),
    deployment: z.string().describe("The deployment's name."),
    state: InstanceState.describe('Of the instance, whose generation may be a later one by now.'),
    removed: z
      .boolean()
      .describe('The host is told to stop it, and has not yet said that it is gone.'),
    created_at: Timestamp.describe('When it was given to the host.'),
  })
  .meta({
    id: 'HostLaunch',
    description: "One entry of a host's launch queue: what waits for the host, or is held by it.",
  });
export type HostLaunch = z.infer<typeof HostLaunch>;

/** An instance that waited for so long that GPUs which come free on this host are kept for it. */
export const HostReservation = z
  .object({
    instance_id: z.string().describe('The instance.'),
    deployment: z.string().describe("The deployment's name."),
    since: Timestamp.describe('Since when they are kept.'),
  })
  .meta({
    id: 'HostReservation',
    description:
      'An instance that waited for so long that GPUs which come free on this host are kept for it.',
  });
export type HostReservation = z.infer<typeof HostReservation>;

/** A host with all that is claimed on it and its launch queue, oldest first. A host has at most 500 instances. */
export const HostDetail = z
  .object({
    ...Host.shape,
    claims: z
      .array(
        z.strictObject({
          resource: z.string().describe('A GPU by its UUID, a port, or memory.'),
          instance_id: z.string().describe('The instance that holds it.'),
          generation: z.int().describe('The generation of the instance that holds it.'),
          amount_bytes: z
            .int()
            .nullable()
            .describe('Of a GPU or of memory: how much of it; null: the whole.'),
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
  .meta({
    id: 'HostDetail',
    description:
      'A host with all that is claimed on it and its launch queue, oldest first. A host has at most 500 instances.',
  });
export type HostDetail = z.infer<typeof HostDetail>;

/** What a person may change of a host. */
export const HostChange = z
  .strictObject({
    name: HostName.optional().describe(
      'Its name, for people and for `placement.hosts`; no other host of the organisation may have it.',
    ),
    labels: z
      .union([Labels, z.null()])
      .optional()
      .describe('Takes the place of all labels; null takes them all away.'),
  })
  .meta({ id: 'HostChange', description: 'What a person may change of a host.' });
export type HostChange = z.infer<typeof HostChange>;
