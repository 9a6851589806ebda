import * as z from 'zod';

/**
 * Everything that a host needs to start one instance. Rendered once by the control plane, then immutable.
 * Strings may hold marks of secrets (see secret-mark.ts); only the host fills them, when it creates the container.
 */
export const LaunchSpec = z
  .object({
    instance_id: z.string(),
    /** Counts how often the instance was rendered anew, from 1. */
    generation: z.int().min(1),
    deployment: z.object({
      id: z.string(),
      name: z.string(),
      revision: z.int(),
    }),
    /** Null for a deployment that brings its own image and command. */
    backend: z
      .object({ backend_name: z.string(), version: z.string(), revision: z.int() })
      .nullable(),
    image: z.string(),
    image_pull_policy: z.enum(['if_not_present', 'always', 'never']),
    /** Null: the image's own. */
    entrypoint: z.array(z.string()).nullable(),
    /** Null: the image's own. */
    args: z.array(z.string()).nullable(),
    env: z.record(z.string(), z.string()),
    model: z.object({
      source: z.enum(['huggingface', 'local_path', 'none']),
      repo_id: z.string().optional(),
      revision: z.string().optional(),
      include: z.array(z.string()).optional(),
      file: z.string().optional(),
      token_secret: z.string().optional(),
      /** On the host, for `local_path`. */
      host_path: z.string().optional(),
      /** In the container: what `{{model_path}}` reads. Null with the source `none`. */
      path: z.string().nullable(),
    }),
    gpu: z
      .object({
        framework: z.string(),
        uuids: z.array(z.string()),
        indexes: z.array(z.int()),
      })
      .nullable(),
    network: z.enum(['host', 'bridge']),
    /** The host's address that the instance answers on. */
    worker_ip: z.string(),
    port: z.int(),
    /** Folders and files of the host, mounted read-only. */
    mounts: z.array(
      z.object({ source: z.string(), target: z.string(), read_only: z.literal(true) }),
    ),
    shm_bytes: z.int(),
    memory_bytes: z.int().nullable(),
    cpus: z.number().nullable(),
    health: z.object({
      path: z.string(),
      interval_seconds: z.number(),
      timeout_seconds: z.number(),
      start_timeout_seconds: z.number(),
      failure_threshold: z.int(),
      restart_after_seconds: z.number(),
    }),
    stop_grace_seconds: z.int(),
  })
  .meta({ id: 'LaunchSpec' });
export type LaunchSpec = z.infer<typeof LaunchSpec>;
