import * as z from 'zod';

/**
 * Everything that a host needs to start one instance. Rendered once by the control plane, then immutable.
 * Strings may hold marks of secrets (see secret-mark.ts); only the host fills them, when it creates the container.
 */
export const LaunchSpec = z
  .object({
    instance_id: z.string().describe('The instance.'),
    generation: z.int().min(1).describe('Counts how often the instance was rendered anew, from 1.'),
    deployment: z
      .object({
        id: z.string().describe('Its id.'),
        name: z.string().describe('Its name.'),
        revision: z.int().describe('The revision that this was rendered from.'),
      })
      .describe('The deployment that it serves.'),
    backend: z
      .object({
        backend_name: z.string().describe('The backend.'),
        version: z.string().describe('The version of the backend.'),
        revision: z.int().describe("The backend's revision that this was rendered from."),
      })
      .nullable()
      .describe('Null for a deployment that brings its own image and command.'),
    image: z.string().describe('The image.'),
    image_pull_policy: z
      .enum(['if_not_present', 'always', 'never'])
      .describe('When the host pulls the image.'),
    entrypoint: z
      .array(z.string())
      .nullable()
      .describe("The container's entrypoint. Null: the image's own."),
    args: z
      .array(z.string())
      .nullable()
      .describe("The container's arguments. Null: the image's own."),
    env: z.record(z.string(), z.string()).describe('Environment variables of the container.'),
    model: z
      .object({
        source: z
          .enum(['huggingface', 'local_path', 'none'])
          .describe("Where the model's files come from."),
        repo_id: z.string().optional().describe('The repository at Hugging Face.'),
        revision: z.string().optional().describe('A branch, tag or commit of the repository.'),
        include: z.array(z.string()).optional().describe('Patterns of the files to fetch.'),
        file: z.string().optional().describe('The one file that `{{model_path}}` names.'),
        token_secret: z
          .string()
          .optional()
          .describe('The name of the secret that holds the access token of the repository.'),
        host_path: z.string().optional().describe('On the host, for `local_path`.'),
        path: z
          .string()
          .nullable()
          .describe('In the container: what `{{model_path}}` reads. Null with the source `none`.'),
      })
      .describe('The model that must be on the host first.'),
    gpu: z
      .object({
        framework: z.string().describe('What drives the GPUs.'),
        uuids: z.array(z.string()).describe('The GPUs, by UUID.'),
        indexes: z.array(z.int()).describe("The GPUs, by their number in the driver's order."),
      })
      .nullable()
      .describe('The GPUs that it is given; null without any.'),
    network: z
      .enum(['host', 'bridge'])
      .describe('`host`: it shares the network of its host; `bridge`: it has its own.'),
    worker_ip: z.string().describe("The host's address that the instance answers on."),
    port: z.int().describe('The port that the instance answers on.'),
    mounts: z
      .array(
        z.object({
          source: z.string().describe('On the host.'),
          target: z.string().describe('In the container.'),
          read_only: z.literal(true).describe('Always.'),
        }),
      )
      .describe('Folders and files of the host, mounted read-only.'),
    shm_bytes: z.int().describe('Size of `/dev/shm` in the container.'),
    memory_bytes: z.int().nullable().describe('Memory limit of the container; null: none.'),
    cpus: z.number().nullable().describe('CPU limit of the container; null: none.'),
    health: z
      .object({
        path: z.string().describe('What is asked.'),
        interval_seconds: z.number().describe('From one question to the next.'),
        timeout_seconds: z.number().describe('How long an answer may take.'),
        start_timeout_seconds: z
          .number()
          .describe('How long the instance may take until it is ready for the first time.'),
        failure_threshold: z.int().describe('So many failures in a row make it unhealthy.'),
        restart_after_seconds: z
          .number()
          .describe('Restart after this long `unhealthy`; 0: never.'),
      })
      .describe('How the host finds out whether the instance is ready.'),
    stop_grace_seconds: z
      .int()
      .describe('How long the container has to end after it was asked to, before it is killed.'),
  })
  .meta({
    id: 'LaunchSpec',
    description:
      'Everything that a host needs to start one instance. Rendered once, then immutable.',
  });
export type LaunchSpec = z.infer<typeof LaunchSpec>;
