import * as z from 'zod';
import { SecretName, Timestamp, textOf } from './common.ts';

/** What a secret is set to. Nothing gives it back. */
export const SecretInput = z
  .strictObject({
    value: textOf(65_536, 1).meta({
      format: 'password',
      writeOnly: true,
      description: 'The secret itself.',
    }),
  })
  .meta({ id: 'SecretInput', description: 'What a secret is set to. Nothing gives it back.' });

/** A secret as people see it: everything but its value. */
export const Secret = z
  .object({
    name: SecretName.describe('Stands for it in `{{secrets.NAME}}`.'),
    revision: z.int().describe('Counts the changes of its value.'),
    used_by_deployments: z.array(z.string()).describe('Names of the deployments that use it.'),
    used_by_registries: z
      .array(z.string())
      .describe('Servers of the registries whose password it is.'),
    created_at: Timestamp.describe('When it was first set.'),
    updated_at: Timestamp.describe('When its value was last set.'),
  })
  .meta({ id: 'Secret', description: 'A secret as people see it: everything but its value.' });
export type Secret = z.infer<typeof Secret>;
