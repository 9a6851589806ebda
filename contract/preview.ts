import * as z from 'zod';
import { DnsLabel, Framework, textOf } from './common.ts';
import { DeploymentInput } from './deployment.ts';
import { LaunchSpec } from './launch-spec.ts';

/** Something that is not wrong but probably not meant. */
export const Warning = z
  .object({
    pointer: z
      .string()
      .describe('What it is about, as a JSON Pointer (RFC 6901) into the deployment.'),
    code: z.string().describe('A stable word.'),
    detail: z.string().describe('For people.'),
  })
  .meta({ id: 'Warning', description: 'Something that is not wrong but probably not meant.' });
export type Warning = z.infer<typeof Warning>;

/** What a deployment would launch. */
export const Preview = z
  .object({
    launch_spec: LaunchSpec,
    warnings: z.array(Warning).describe('What is probably not meant.'),
    env_sources: z
      .record(z.string(), z.enum(['default', 'version', 'deployment']))
      .describe('Where each variable of the environment came from.'),
    command_line: z
      .string()
      .describe('Entrypoint and arguments as one line that can be pasted into a shell.'),
  })
  .meta({ id: 'Preview', description: 'What a deployment would launch.' });
export type Preview = z.infer<typeof Preview>;

/** A deployment to preview: its name may be left out. */
const PreviewDeployment = z.strictObject({
  ...DeploymentInput.shape,
  name: DnsLabel.default('preview').describe('What the deployment would be called.'),
});

/** Plays the host that the deployment is placed on. What is left out is made up. */
export const PlayedHost = z
  .strictObject({
    worker_ip: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be an IP address or a host name')
      .optional()
      .describe("The host's address."),
    port: z.int().min(1).max(65_535).optional().describe('The port that the instance answers on.'),
    model_path: textOf(4096, 1).optional().describe('What `{{model_path}}` reads.'),
    gpu_indexes: z
      .array(z.int().min(0))
      .max(64)
      .optional()
      .describe(
        'Indexes of the GPUs that are granted; they decide `gpu` where the deployment leaves it out.',
      ),
    frameworks: z
      .array(Framework)
      .max(16)
      .optional()
      .describe('Frameworks that the host offers; `cpu` is among them always.'),
    architecture: z
      .string()
      .max(32)
      .optional()
      .describe("The host's architecture, in Docker's word."),
  })
  .meta({
    id: 'PlayedHost',
    description: 'Plays the host that the deployment is placed on. What is left out is made up.',
  });
export type PlayedHost = z.infer<typeof PlayedHost>;

export const PreviewRequest = z
  .strictObject({
    deployment: PreviewDeployment.describe('A deployment; its name may be left out.'),
    host: PlayedHost.optional(),
  })
  .meta({
    id: 'PreviewRequest',
    description: 'A deployment to preview, and the host that is played.',
  });
export type PreviewRequest = z.infer<typeof PreviewRequest>;
