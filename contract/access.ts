import * as z from 'zod';
import { PageQuery, Timestamp } from './common.ts';

/** What a token may do in its organisation; each may what those before it may. */
export const TokenRole = z.enum(['viewer', 'operator', 'admin']).meta({
  id: 'TokenRole',
  description:
    'viewer: reads; operator: changes deployments, backends and hosts; admin: also secrets, registries, tokens and the organisation itself.',
});
export type TokenRole = z.infer<typeof TokenRole>;

/** `platform` is above them all: whoever runs the control plane, in every organisation. */
export const Role = z.enum([...TokenRole.options, 'platform']).meta({
  id: 'Role',
  description: 'A role; each may what those before it may. platform: in every organisation.',
});
export type Role = z.infer<typeof Role>;

/** True where `role` may what `needed` may. */
export function reaches(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed);
}

export const ApiTokenQuery = PageQuery.extend({
  created_by: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Only those that this one made: the id of a person or of a token, or `admin`.'),
});
export type ApiTokenQuery = z.output<typeof ApiTokenQuery>;

export const ApiTokenInput = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/,
        'must be 1-63 letters, digits, blanks, ".", "_" or "-", and begin with a letter or digit',
      )
      .describe('What it is for; shown wherever it did something. Need not be unique.'),
    role: TokenRole,
    expires_in_seconds: z
      .int()
      .min(60)
      .max(315_360_000)
      .optional()
      .describe('From now; left out: it does not expire.'),
  })
  .meta({ id: 'ApiTokenInput', description: 'What an API token shall be.' });
export type ApiTokenInput = z.output<typeof ApiTokenInput>;

const expiresAt = z
  .union([Timestamp, z.null()])
  .describe('From when on it is not let in any more; null: never.');

const apiToken = {
  id: z.string().describe('Prefixed, sortable by time.'),
  name: z.string().describe('What it is for.'),
  role: TokenRole,
  prefix: z.string().describe('Its first characters, to tell which one it is.'),
  status: z.enum(['active', 'expired', 'revoked']).describe('Only an active one is let in.'),
  created_at: Timestamp.describe('When it was made.'),
  created_by: z.string().describe('Who made it.'),
  expires_at: expiresAt,
  last_used_at: z
    .union([Timestamp, z.null()])
    .describe('When it was last used, to the hour; null: never.'),
  revoked_at: z
    .union([Timestamp, z.null()])
    .describe('When it was revoked; it is listed for 30 days from then. Null: it was not.'),
};

export const ApiToken = z.object(apiToken).meta({
  id: 'ApiToken',
  description: 'An API token, without its text.',
});
export type ApiToken = z.infer<typeof ApiToken>;

/** Shown once: the server keeps a hash only. */
export const NewApiToken = z
  .object({ ...apiToken, token: z.string().describe('The token itself, shown this once.') })
  .meta({ id: 'NewApiToken', description: 'An API token that was just made.' });
export type NewApiToken = z.infer<typeof NewApiToken>;

export const Me = z
  .object({
    kind: z
      .enum(['platform_administrator', 'token', 'person'])
      .describe('What the request was let in by.'),
    name: z.string().describe('The caller, as events and revisions name who acted.'),
    role: Role,
    org: z
      .object({
        id: z.string().describe('Its id.'),
        name: z.string().describe('Its name.'),
      })
      .describe('The organisation that the request acts in.'),
    token_id: z
      .union([z.string(), z.null()])
      .describe('The id of the API token; null: it is none.'),
    user: z
      .union([
        z.object({
          id: z.string().describe('Their id.'),
          email: z.string().describe('Their address.'),
          name: z.string().describe('Their name.'),
        }),
        z.null(),
      ])
      .describe('The person who is signed in; null for a program.'),
    orgs: z
      .array(
        z.object({
          id: z.string().describe('Its id.'),
          name: z.string().describe('Its name.'),
          role: TokenRole.describe('What the person is there.'),
        }),
      )
      .describe(
        'Where the person is a member: each can be named by `longshore-org`, and of several one must be for a change. Empty for programs.',
      ),
    expires_at: expiresAt,
  })
  .meta({ id: 'Me', description: 'Who calls.' });
export type Me = z.infer<typeof Me>;
