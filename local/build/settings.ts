import * as z from 'zod';

/** What the built Worker needs of its runtime: wrangler.toml as far as a local workerd can give it. */
export const WorkerSettings = z.object({
  name: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  durable_objects: z.array(z.object({ name: z.string(), class_name: z.string() })),
  /** The local timer knows this rhythm only. */
  crons: z.array(z.literal('* * * * *')),
  assets: z.object({
    directory: z.string(),
    binding: z.string(),
    run_worker_first: z.array(z.string()),
    not_found_handling: z.enum(['single-page-application', '404-page', 'none']),
  }),
});
export type WorkerSettings = z.infer<typeof WorkerSettings>;

/** The part of wrangler's own configuration type that is read. */
interface WranglerConfig {
  name?: string | undefined;
  compatibility_date?: string | undefined;
  compatibility_flags: string[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
  triggers: { crons: string[] | undefined };
  assets?:
    | {
        directory?: string | undefined;
        binding?: string | undefined;
        run_worker_first?: string[] | boolean | undefined;
        not_found_handling?: string | undefined;
      }
    | undefined;
}

/** Throws a `ZodError` when wrangler.toml asks for something that the local runtime is not set up to give. */
export function settingsOf(config: WranglerConfig): WorkerSettings {
  return WorkerSettings.parse({
    name: config.name,
    compatibility_date: config.compatibility_date,
    compatibility_flags: config.compatibility_flags,
    durable_objects: config.durable_objects.bindings.map(({ name, class_name }) => ({
      name,
      class_name,
    })),
    crons: config.triggers.crons ?? [],
    assets: {
      directory: config.assets?.directory,
      binding: config.assets?.binding,
      run_worker_first: config.assets?.run_worker_first,
      not_found_handling: config.assets?.not_found_handling ?? 'none',
    },
  });
}
