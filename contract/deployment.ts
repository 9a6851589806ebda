import * as z from 'zod';
import { BackendName, CommandText, HealthPath, ImageName } from './backend.ts';
import {
  DnsLabel,
  EnvironmentMap,
  FieldDifference,
  Labels,
  SecretName,
  Timestamp,
  textOf,
} from './common.ts';

function staysInside(path: string): boolean {
  return path.split('/').every((step) => !['', '.', '..'].includes(step));
}

/** Where the model's files come from. `none`: the image brings its own, or none is needed. */
export const ModelSource = z
  .strictObject({
    source: z.enum(['huggingface', 'local_path', 'none']).default('none'),
    repo_id: z
      .string()
      .max(256)
      .regex(/^[\w.-]+(?:\/[\w.-]+)?$/, 'must be "name" or "owner/name"')
      .refine(staysInside, 'must be "name" or "owner/name"')
      .optional(),
    revision: textOf(256, 1).optional(),
    include: z.array(textOf(256, 1)).max(64).optional(),
    file: textOf(1024, 1)
      .refine(staysInside, 'must be a path inside the repository, without "." and ".." steps')
      .optional(),
    path: textOf(4096).regex(/^\//, 'must be an absolute path').optional(),
    token_secret: SecretName.optional(),
  })
  .superRefine((model, context) => {
    const wanted = { huggingface: 'repo_id', local_path: 'path', none: undefined } as const;
    const key = wanted[model.source];
    if (key && !model[key]) {
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `is required with the source ${model.source}`,
      });
    }
  })
  .meta({ id: 'ModelSource' });
export type ModelSource = z.infer<typeof ModelSource>;

export const GpuRequest = z
  .strictObject({
    /** 0: none. */
    count: z.int().min(0).max(64),
    /** Of each GPU; left out: whole GPUs, shared with nobody. */
    memory_bytes: z.int().positive().optional(),
  })
  .meta({ id: 'GpuRequest' });

export const HealthCheck = z
  .strictObject({
    path: HealthPath.optional(),
    interval_seconds: z.number().min(1).max(3600).default(10),
    timeout_seconds: z.number().min(0.1).max(300).default(5),
    start_timeout_seconds: z.number().min(1).max(86_400).default(3600),
    failure_threshold: z.int().min(1).max(100).default(3),
    /** Restart after this long `unhealthy`; 0: never. */
    restart_after_seconds: z.number().min(0).max(86_400).default(300),
  })
  .meta({ id: 'HealthCheck' });

/** A port within a Docker memory limit: the engine refuses less than 6 MiB. */
const memoryLimit = z.int().min(6 * 1024 * 1024);

/** What a user wants to run: the part of a deployment that has revisions. Null and left out mean the same on input. */
export const DeploymentInput = z
  .strictObject({
    name: DnsLabel,
    /** The name that the model is served under; default: `name`. */
    model_name: textOf(256, 1).optional(),
    model: ModelSource.prefault({}),
    /** Left out or `Custom`: the deployment brings its own `image_name` and command. */
    backend_name: BackendName.optional(),
    backend_version: z.string().min(1).max(128).optional(),
    image_name: ImageName.optional(),
    run_command: CommandText.optional(),
    entrypoint: CommandText.optional(),
    env: EnvironmentMap.optional(),
    backend_parameters: z.array(CommandText).max(256).optional(),
    replicas: z.int().min(0).max(1000).default(1),
    /** Left out: automatic. */
    gpu: GpuRequest.optional(),
    /** Where instances go when they are placed. A change of it moves none that runs; a restart places all anew. */
    placement: z
      .strictObject({
        strategy: z.enum(['spread', 'binpack']).default('spread'),
        host_labels: Labels.optional(),
        /** Ids or names of the only hosts to use. */
        hosts: z.array(z.string().min(1)).min(1).max(200).optional(),
      })
      .prefault({}),
    network: z.enum(['host', 'bridge']).default('host'),
    shm_bytes: z
      .int()
      .positive()
      .default(10 * 1024 ** 3),
    memory_bytes: memoryLimit.optional(),
    cpus: z.number().positive().max(4096).optional(),
    image_pull_policy: z.enum(['if_not_present', 'always', 'never']).default('if_not_present'),
    health: HealthCheck.prefault({}),
    stop_grace_seconds: z.int().min(0).max(3600).default(30),
    rollout: z
      .strictObject({
        /** An instance counts as good when it has been ready for so long. */
        min_ready_seconds: z.int().min(0).max(3600).default(0),
        /** A change that makes no progress for so long is given up, and the revision before it serves on. */
        deadline_seconds: z.int().min(1).max(86_400).default(3600),
      })
      .prefault({}),
    /** Instances of a host that has been silent for so long are placed elsewhere. */
    replace_after_seconds: z.int().min(20).max(86_400).default(120),
  })
  .meta({ id: 'DeploymentInput' });
export type DeploymentInput = z.infer<typeof DeploymentInput>;

export const DeploymentPhase = z.enum([
  'pending',
  'progressing',
  'available',
  'degraded',
  'stopped',
  'failed',
  'deleting',
]);
export type DeploymentPhase = z.infer<typeof DeploymentPhase>;

/** How far the newest revision has come. */
export const RolloutStatus = z
  .object({
    /** `complete`: every instance is good; `failed`: given up, and the revision `good_revision` serves on. */
    state: z.enum(['progressing', 'complete', 'failed']),
    /** Instances that run the newest revision. */
    updated_replicas: z.int(),
    /** The last revision whose instances all came up; null while there is none. */
    good_revision: z.int().nullable(),
    /** Why it was given up. */
    message: z.string().nullable(),
  })
  .meta({ id: 'RolloutStatus' });

/** Where a ready instance answers. */
export const Endpoint = z
  .object({ instance_id: z.string(), url: z.string() })
  .meta({ id: 'Endpoint' });

export const DeploymentStatus = z
  .object({
    phase: DeploymentPhase,
    /** For people: what is going on, or what to do. */
    message: z.string(),
    ready_replicas: z.int(),
    /** Of all ready instances; in a list of deployments, of at most 10 of each. */
    endpoints: z.array(Endpoint),
    rollout: RolloutStatus,
    /** The backend's newest revision is newer than the one that the instances were rendered from. */
    backend_update_available: z.boolean(),
    /** Secrets whose value was set after the instances were launched: a restart brings the new one. */
    secrets_changed: z.array(z.string()),
  })
  .meta({ id: 'DeploymentStatus' });
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

export const Deployment = z
  .object({
    id: z.string(),
    ...DeploymentInput.shape,
    revision: z.int(),
    /** It was stopped: no replicas are wanted until it is started. */
    stopped: z.boolean(),
    status: DeploymentStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'Deployment' });
export type Deployment = z.infer<typeof Deployment>;

/** What a deployment was at one of its revisions, who made it, and what it changed of the one before. */
export const DeploymentRevision = z
  .object({
    revision: z.int(),
    author: z.string(),
    cause: z.enum(['create', 'change', 'restart', 'rollback']),
    spec: DeploymentInput,
    changes: z.array(FieldDifference),
    created_at: Timestamp,
  })
  .meta({ id: 'DeploymentRevision' });
export type DeploymentRevision = z.infer<typeof DeploymentRevision>;

export const RollbackInput = z
  .strictObject({ revision: z.int().min(1) })
  .meta({ id: 'RollbackInput' });
