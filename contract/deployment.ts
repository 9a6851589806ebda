import * as z from 'zod';
import { BackendName, CommandText, ImageName } from './backend.ts';
import { DnsLabel, EnvironmentMap, FieldDifference, Labels, Timestamp, textOf } from './common.ts';
import { GpuRequest, HealthCheck, ModelSource } from './deployment-parts.ts';

/** A port within a Docker memory limit: the engine refuses less than 6 MiB. */
const memoryLimit = z.int().min(6 * 1024 * 1024);

/** What a user wants to run: the part of a deployment that has revisions. Null and left out mean the same on input. */
export const DeploymentInput = z
  .strictObject({
    name: DnsLabel.describe('Unique in the organisation; it is kept for ever. A DNS label.'),
    model_name: textOf(256, 1)
      .optional()
      .describe('The name that the model is served under; left out: `name`.'),
    model: ModelSource.prefault({}).describe("Where the model's files come from."),
    backend_name: BackendName.optional().describe(
      'The backend that serves the model. Left out or `Custom`: the deployment brings its own `image_name` and command.',
    ),
    backend_version: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe(
        "A version of the backend; left out: the backend's default where it fits, else the greatest that does.",
      ),
    image_name: ImageName.optional().describe(
      "Takes the place of the image of the backend's version.",
    ),
    run_command: CommandText.optional().describe(
      "Takes the place of the backend's command; `{{placeholders}}` are filled in.",
    ),
    entrypoint: CommandText.optional().describe("Takes the place of the image's entrypoint."),
    env: EnvironmentMap.optional().describe(
      "Environment variables of the container; they win over the backend's.",
    ),
    backend_parameters: z
      .array(CommandText)
      .max(256)
      .optional()
      .describe('Arguments that are added to the command.'),
    replicas: z.int().min(0).max(1000).default(1).describe('How many instances are wanted.'),
    gpu: GpuRequest.optional().describe('What each instance gets of GPUs; left out: automatic.'),
    placement: z
      .strictObject({
        strategy: z
          .enum(['spread', 'binpack'])
          .default('spread')
          .describe('`spread` uses as many hosts as it can, `binpack` as few.'),
        host_labels: Labels.optional().describe('Labels that a host must have.'),
        hosts: z
          .array(z.string().min(1))
          .min(1)
          .max(200)
          .optional()
          .describe(
            'Ids or names of the only hosts to use. The name of a removed host is free for another: say ids where it matters which machine it is.',
          ),
      })
      .prefault({})
      .describe(
        'Where instances go when they are placed. A change of it moves none that runs; a restart places all anew.',
      ),
    network: z
      .enum(['host', 'bridge'])
      .default('host')
      .describe(
        '`host`: the container shares the network of its host; `bridge`: it has its own, and its port is published.',
      ),
    shm_bytes: z
      .int()
      .positive()
      .default(10 * 1024 ** 3)
      .describe('Size of `/dev/shm` in the container.'),
    memory_bytes: memoryLimit
      .optional()
      .describe('Memory limit of the container, which is claimed on the host; left out: none.'),
    cpus: z
      .number()
      .positive()
      .max(4096)
      .optional()
      .describe('CPU limit of the container; left out: none.'),
    image_pull_policy: z
      .enum(['if_not_present', 'always', 'never'])
      .default('if_not_present')
      .describe('When the host pulls the image.'),
    health: HealthCheck.prefault({}).describe(
      'How the host finds out whether an instance is ready.',
    ),
    stop_grace_seconds: z
      .int()
      .min(0)
      .max(3600)
      .default(30)
      .describe('How long a container has to end after it was asked to, before it is killed.'),
    rollout: z
      .strictObject({
        min_ready_seconds: z
          .int()
          .min(0)
          .max(3600)
          .default(0)
          .describe('An instance counts as good when it has been ready for so long.'),
        deadline_seconds: z
          .int()
          .min(1)
          .max(86_400)
          .default(3600)
          .describe(
            'A change that makes no progress for so long is given up, and the revision before it serves on.',
          ),
      })
      .prefault({})
      .describe('How a change is rolled out.'),
    replace_after_seconds: z
      .int()
      .min(20)
      .max(86_400)
      .default(120)
      .describe(
        'Instances of a host that has been silent for so long are placed elsewhere, at the earliest 11 s after the silence was noticed.',
      ),
  })
  .meta({
    id: 'DeploymentInput',
    description:
      'What a user wants to run: the part of a deployment that has revisions. Null and left out mean the same.',
  });
export type DeploymentInput = z.infer<typeof DeploymentInput>;

/** A JSON Merge Patch (RFC 7396) of a deployment. */
export const DeploymentPatch = z.looseObject({}).meta({
  id: 'DeploymentPatch',
  description:
    'The keys of a `DeploymentInput` to change (RFC 7396): what is null is taken away, objects are merged, lists are replaced.',
});

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
    state: z
      .enum(['progressing', 'complete', 'failed'])
      .describe(
        '`complete`: every instance is good; `failed`: given up, and the revision `good_revision` serves on.',
      ),
    updated_replicas: z
      .int()
      .describe('Instances that were placed with the newest revision, ready or not.'),
    good_revision: z
      .int()
      .nullable()
      .describe('The last revision whose instances all came up; null while there is none.'),
    message: z.string().nullable().describe('Why it was given up.'),
  })
  .meta({ id: 'RolloutStatus', description: 'How far the newest revision has come.' });

/** Where a ready instance answers. */
export const Endpoint = z
  .object({
    instance_id: z.string().describe('The instance.'),
    url: z.string().describe('Its address.'),
  })
  .meta({ id: 'Endpoint', description: 'Where a ready instance answers.' });

export const DeploymentStatus = z
  .object({
    phase: DeploymentPhase.describe(
      'How the deployment is as a whole. `progressing`: every instance that is missing is on its way, or none serves yet; `degraded`: it serves, with an instance missing that found no host, is unwell or was lost; `pending`: no instance has a host.',
    ),
    message: z.string().describe('For people: what is going on, or what to do.'),
    ready_replicas: z.int().describe('Instances that take requests.'),
    endpoints: z
      .array(Endpoint)
      .describe('Of all ready instances; in a list of deployments, of at most 10 of each.'),
    host_ids: z
      .array(z.string())
      .describe(
        'Hosts that its instances are placed on, ready or not, each once; in a list of deployments, at most 10 of each.',
      ),
    rollout: RolloutStatus,
    backend_update_available: z
      .boolean()
      .describe(
        "The backend's newest revision is newer than the one that the instances were rendered from.",
      ),
    secrets_changed: z
      .array(z.string())
      .describe(
        'Secrets whose value was set after the instances were launched: a restart brings the new one.',
      ),
  })
  .meta({ id: 'DeploymentStatus', description: 'How a deployment is, made from its instances.' });
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

export const Deployment = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    ...DeploymentInput.shape,
    revision: z.int().describe('Counts the changes of what the user wrote; the ETag.'),
    stopped: z.boolean().describe('It was stopped: no replicas are wanted until it is started.'),
    status: DeploymentStatus,
    created_at: Timestamp.describe('When it was made.'),
    updated_at: Timestamp.describe('When it last changed, by a person or by the planner.'),
  })
  .meta({ id: 'Deployment', description: 'A model that is served, and how it is.' });
export type Deployment = z.infer<typeof Deployment>;

/** What a deployment was at one of its revisions, who made it, and what it changed of the one before. */
export const DeploymentRevision = z
  .object({
    revision: z.int().describe('Counts the changes of what the user wrote.'),
    author: z.string().describe('Who made it.'),
    cause: z.enum(['create', 'change', 'restart', 'rollback']).describe('What made it.'),
    spec: DeploymentInput,
    changes: z.array(FieldDifference).describe('Each field that differs from the revision before.'),
    created_at: Timestamp.describe('When it was made.'),
  })
  .meta({
    id: 'DeploymentRevision',
    description:
      'What a deployment was at one of its revisions, who made it, and what it changed of the one before.',
  });
export type DeploymentRevision = z.infer<typeof DeploymentRevision>;

export const RollbackInput = z
  .strictObject({ revision: z.int().min(1).describe('The earlier revision.') })
  .meta({ id: 'RollbackInput', description: 'Which revision shall be the newest one again.' });
