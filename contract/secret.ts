import * as z from 'zod';
import { SecretName, Timestamp, textOf } from './common.ts';

/** What a secret is set to. Nothing gives it back. */
export const SecretInput = z
  .strictObject({ value: textOf(65_536, 1).meta({ format: 'password', writeOnly: true }) })
  .meta({ id: 'SecretInput' });

/** A secret as people see it: everything but its value. */
export const Secret = z
  .object({
    name: SecretName,
    /** Counts the changes of its value. */
    revision: z.int(),
    /** Names of the deployments that use it. */
    used_by_deployments: z.array(z.string()),
    /** Servers of the registries whose password it is. */
    used_by_registries: z.array(z.string()),
    created_at: Timestamp,
    /** When its value was last set. */
    updated_at: Timestamp,
  })
  .meta({ id: 'Secret' });
export type Secret = z.infer<typeof Secret>;
