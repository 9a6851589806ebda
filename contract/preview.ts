import * as z from 'zod';
import { DnsLabel, Framework, textOf } from './common.ts';
import { DeploymentInput } from './deployment.ts';
import { LaunchSpec } from './launch-spec.ts';

/** Something that is not wrong but probably not meant. */
export const Warning = z
  .object({ pointer: z.string(), code: z.string(), detail: z.string() })
  .meta({ id: 'Warning' });
export type Warning = z.infer<typeof Warning>;

/** What a deployment would launch. */
export const Preview = z
  .object({
    launch_spec: LaunchSpec,
    warnings: z.array(Warning),
    /** Where each variable of the environment came from. */
    env_sources: z.record(z.string(), z.enum(['default', 'version', 'deployment'])),
    /** Entrypoint and arguments as one line that can be pasted into a shell. */
    command_line: z.string(),
  })
  .meta({ id: 'Preview' });
export type Preview = z.infer<typeof Preview>;

/** A deployment to preview: its name may be left out. */
const PreviewDeployment = z.strictObject({
  ...DeploymentInput.shape,
  name: DnsLabel.default('preview'),
});

/** Plays the host that the deployment is placed on. What is left out is made up. */
export const PlayedHost = z
  .strictObject({
    worker_ip: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be an IP address or a host name')
      .optional(),
    port: z.int().min(1).max(65_535).optional(),
    /** What `{{model_path}}` reads. */
    model_path: textOf(4096, 1).optional(),
    /** Indexes of the GPUs that are granted; they decide `gpu` where the deployment leaves it out. */
    gpu_indexes: z.array(z.int().min(0)).max(64).optional(),
    /** Frameworks that the host offers; `cpu` is among them always. */
    frameworks: z.array(Framework).max(16).optional(),
    architecture: z.string().max(32).optional(),
  })
  .meta({ id: 'PlayedHost' });
export type PlayedHost = z.infer<typeof PlayedHost>;

export const PreviewRequest = z
  .strictObject({ deployment: PreviewDeployment, host: PlayedHost.optional() })
  .meta({ id: 'PreviewRequest' });
export type PreviewRequest = z.infer<typeof PreviewRequest>;
