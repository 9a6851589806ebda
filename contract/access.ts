import * as z from 'zod';
import { Timestamp } from './common.ts';

/** What a token may do in its organisation; each may what those before it may. */
export const TokenRole = z.enum(['viewer', 'operator', 'admin']).meta({
  id: 'TokenRole',
  description:
    'viewer: reads; operator: changes deployments, backends and hosts; admin: also secrets, registries, tokens and the organisation itself',
});
export type TokenRole = z.infer<typeof TokenRole>;

/** `platform` is above them all: whoever runs the control plane, in every organisation. */
export const Role = z.enum([...TokenRole.options, 'platform']).meta({
  id: 'Role',
  description: 'A role; each may what those before it may. platform: in every organisation',
});
export type Role = z.infer<typeof Role>;

/** True where `role` may what `needed` may. */
export function reaches(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}

export const ApiTokenInput = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/,
        'must be 1-63 letters, digits, blanks, ".", "_" or "-", and begin with a letter or digit',
      )
      .meta({
        description: 'What it is for; shown wherever it did something. Need not be unique.',
      }),
    role: TokenRole,
    expires_in_seconds: z
      .int()
      .min(60)
      .max(315_360_000)
      .optional()
      .meta({ description: 'From now; left out: it does not expire' }),
  })
  .meta({ id: 'ApiTokenInput' });
export type ApiTokenInput = z.output<typeof ApiTokenInput>;

const apiToken = {
  id: z.string(),
  name: z.string().meta({ description: 'What it is for' }),
  role: TokenRole,
  prefix: z.string().meta({ description: 'Its first characters, to tell which one it is' }),
  status: z
    .enum(['active', 'expired', 'revoked'])
    .meta({ description: 'Only an active one is let in' }),
  created_at: Timestamp.meta({ description: 'When it was made' }),
  created_by: z.string().meta({ description: 'Who made it' }),
  expires_at: z
    .union([Timestamp, z.null()])
    .meta({ description: 'From when on it is not let in any more; null: never' }),
  last_used_at: z
    .union([Timestamp, z.null()])
    .meta({ description: 'To the hour; null: it was never used' }),
  revoked_at: z
    .union([Timestamp, z.null()])
    .meta({ description: 'It is listed for 30 days from then; null: it was not revoked' }),
};

export const ApiToken = z.object(apiToken).meta({ id: 'ApiToken' });
export type ApiToken = z.infer<typeof ApiToken>;

/** Shown once: the server keeps a hash only. */
export const NewApiToken = z
  .object({ ...apiToken, token: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'NewApiToken' });
export type NewApiToken = z.infer<typeof NewApiToken>;

export const Me = z
  .object({
    kind: z
      .enum(['platform_administrator', 'token', 'person'])
      .meta({ description: 'What the request was let in by' }),
    name: z.string().meta({ description: 'As events and revisions name who acted' }),
    role: Role,
    org: z
      .object({ id: z.string(), name: z.string() })
      .meta({ description: 'The organisation that the request acts in' }),
    token_id: z.union([z.string(), z.null()]).meta({ description: 'Of an API token' }),
    expires_at: z
      .union([Timestamp, z.null()])
      .meta({ description: 'From when on it is not let in any more; null: never' }),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;
