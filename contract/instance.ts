import * as z from 'zod';
import { Timestamp } from './common.ts';
import { LaunchSpec } from './launch-spec.ts';

export const InstanceState = z.enum([
  'pending',
  'queued',
  'pulling',
  'downloading',
  'starting',
  'running',
  'unhealthy',
  'restarting',
  'stopping',
  'stopped',
  'failed',
  'deleting',
  'unreachable',
]);
export type InstanceState = z.infer<typeof InstanceState>;

/** How the container last ended. */
export const ContainerExit = z
  .strictObject({
    code: z.int().describe('Its exit code.'),
    oom_killed: z.boolean().describe('It took more memory than it may, and was killed.'),
  })
  .meta({ id: 'ContainerExit', description: 'How a container ended.' });
export type ContainerExit = z.infer<typeof ContainerExit>;

/** Why one host was not chosen. */
export const HostReason = z
  .object({
    host_id: z.string().describe('The host.'),
    host_name: z.string().describe('The name of the host.'),
    code: z.string().describe('A stable word for the reason.'),
    detail: z.string().describe('For people: why not.'),
  })
  .meta({ id: 'HostReason', description: 'Why one host was not chosen.' });
export type HostReason = z.infer<typeof HostReason>;

export const Instance = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    deployment: z.string().describe("The deployment's name."),
    deployment_revision: z
      .int()
      .describe('The revision of the deployment that it was rendered from.'),
    generation: z
      .int()
      .describe('Counts how often it was rendered anew; a container belongs to one generation.'),
    state: InstanceState.describe('What its host, or the planner, last said of it.'),
    reason: z.string().nullable().describe('A stable word for why it is in this state, or null.'),
    message: z.string().describe('For people: what is going on, or what to do.'),
    host_id: z
      .string()
      .nullable()
      .describe('The host that it is placed on; null while it is pending.'),
    host_name: z.string().nullable().describe('The name of that host.'),
    url: z
      .string()
      .nullable()
      .describe('Where it answers, once it is placed: at the address that its host has now.'),
    backend: LaunchSpec.shape.backend.describe(
      "The backend, version and revision that it was rendered from; null with an image of the deployment's own.",
    ),
    image: z.string().nullable().describe('The image that it runs.'),
    image_digest: z
      .string()
      .nullable()
      .describe(
        "What its container was made from: `repository@sha256:...`, or the image's id where no registry knows it.",
      ),
    gpu: LaunchSpec.shape.gpu.describe('The GPUs that it was given; null without any.'),
    restarts: z.int().describe('How often its host restarted the container of this generation.'),
    exit: z
      .union([ContainerExit, z.null()])
      .describe('How the container last ended; null while it did not.'),
    container_id: z.string().nullable().describe("The Docker engine's id of its container."),
    retry_at: Timestamp.nullable().describe(
      'When its host tries it again; null while nothing waits.',
    ),
    created_at: Timestamp.describe('When the replica was wanted.'),
    started_at: Timestamp.nullable().describe('When its container last started.'),
    ready_at: Timestamp.nullable().describe('When it last became ready.'),
    updated_at: Timestamp.describe('When it last changed.'),
  })
  .meta({ id: 'Instance', description: 'One replica of a deployment.' });
export type Instance = z.infer<typeof Instance>;

/** One instance with its launch spec, in which secrets read `***`. */
export const InstanceDetail = z
  .object({
    ...Instance.shape,
    launch_spec: z
      .union([LaunchSpec, z.null()])
      .describe('What its host was told to start; null while it is pending.'),
    host_reasons: z
      .array(HostReason)
      .describe(
        'Host by host, why it is on none, while it is pending; at most 200. Empty once it is placed.',
      ),
  })
  .meta({
    id: 'InstanceDetail',
    description:
      'An instance with its launch spec, in which secrets read `***`, and why it waits if it does.',
  });
export type InstanceDetail = z.infer<typeof InstanceDetail>;
