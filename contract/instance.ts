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
  .strictObject({ code: z.int(), oom_killed: z.boolean() })
  .meta({ id: 'ContainerExit' });
export type ContainerExit = z.infer<typeof ContainerExit>;

/** Why one host was not chosen. */
export const HostReason = z
  .object({
    host_id: z.string(),
    host_name: z.string(),
    code: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'HostReason' });
export type HostReason = z.infer<typeof HostReason>;

export const Instance = z
  .object({
    id: z.string(),
    deployment: z.string(),
    deployment_revision: z.int(),
    generation: z.int(),
    state: InstanceState,
    /** A stable word for why it is in this state, or null. */
    reason: z.string().nullable(),
    /** For people: what is going on, or what to do. */
    message: z.string(),
    host_id: z.string().nullable(),
    host_name: z.string().nullable(),
    /** Where it answers, once it is placed. */
    url: z.string().nullable(),
    backend: LaunchSpec.shape.backend,
    image: z.string().nullable(),
    /** What its container was made from: `repository@sha256:...`, or the image's id where no registry knows it. */
    image_digest: z.string().nullable(),
    gpu: LaunchSpec.shape.gpu,
    restarts: z.int(),
    exit: ContainerExit.nullable(),
    container_id: z.string().nullable(),
    /** When its host tries it again; null while nothing waits. */
    retry_at: Timestamp.nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    ready_at: Timestamp.nullable(),
    updated_at: Timestamp,
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof Instance>;

/** One instance with its launch spec, in which secrets read `***`. */
export const InstanceDetail = z
  .object({ ...Instance.shape, launch_spec: z.union([LaunchSpec, z.null()]) })
  .meta({ id: 'InstanceDetail' });
export type InstanceDetail = z.infer<typeof InstanceDetail>;
