import * as z from 'zod';
import { HealthPath } from './backend.ts';
import { SecretName, textOf } from './common.ts';

function staysInside(path: string): boolean {
  return path.split('/').every((step) => !['', '.', '..'].includes(step));
}

/** Where the model's files come from. `none`: the image brings its own, or none is needed. */
export const ModelSource = z
  .strictObject({
    source: z
      .enum(['huggingface', 'local_path', 'none'])
      .default('none')
      .describe('Where the files come from. `none`: the image brings its own, or none is needed.'),
    repo_id: z
      .string()
      .max(256)
      .regex(/^[\w.-]+(?:\/[\w.-]+)?$/, 'must be "name" or "owner/name"')
      .refine(staysInside, 'must be "name" or "owner/name"')
      .optional()
      .describe('The repository at Hugging Face, as `owner/name`.'),
    revision: textOf(256, 1)
      .optional()
      .describe('A branch, tag or commit of the repository; left out: its main branch.'),
    include: z
      .array(textOf(256, 1))
      .max(64)
      .optional()
      .describe('Patterns of the files to fetch; left out: all.'),
    file: textOf(1024, 1)
      .refine(staysInside, 'must be a path inside the repository, without "." and ".." steps')
      .optional()
      .describe('The one file that `{{model_path}}` names.'),
    path: textOf(4096)
      .regex(/^\//, 'must be an absolute path')
      .optional()
      .describe('The folder or file on the host, for `local_path`.'),
    token_secret: SecretName.optional().describe(
      'The name of the secret that holds the access token of the repository.',
    ),
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
    count: z.int().min(0).max(64).describe('How many GPUs; 0: none.'),
    memory_bytes: z
      .int()
      .positive()
      .optional()
      .describe('Of each GPU; left out: whole GPUs, shared with nobody.'),
  })
  .meta({ id: 'GpuRequest' });

export const HealthCheck = z
  .strictObject({
    path: HealthPath.optional().describe("What is asked; left out: the backend's."),
    interval_seconds: z
      .number()
      .min(1)
      .max(3600)
      .default(10)
      .describe('From one question to the next.'),
    timeout_seconds: z
      .number()
      .min(0.1)
      .max(300)
      .default(5)
      .describe('How long an answer may take.'),
    start_timeout_seconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(3600)
      .describe('How long an instance may take until it is ready for the first time.'),
    failure_threshold: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('So many failures in a row make an instance unhealthy.'),
    restart_after_seconds: z
      .number()
      .min(0)
      .max(86_400)
      .default(300)
      .describe('Restart after this long `unhealthy`; 0: never.'),
  })
  .meta({ id: 'HealthCheck' });
