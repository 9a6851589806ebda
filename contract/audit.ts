import * as z from 'zod';
import { FieldDifference, PageQuery, Timestamp } from './common.ts';

export const AuditActorKind = z
  .enum(['platform_administrator', 'token', 'person', 'enrollment_token', 'host'])
  .meta({ id: 'AuditActorKind', description: 'What the request was let in by.' });
export type AuditActorKind = z.infer<typeof AuditActorKind>;

export const AuditedKind = z
  .enum([
    'deployment',
    'backend',
    'host',
    'enrollment_token',
    'secret',
    'registry',
    'token',
    'org',
    'member',
    'invitation',
    'sign_in_link',
    'person',
    'session',
  ])
  .meta({ id: 'AuditedKind', description: 'What kind of thing was changed.' });
export type AuditedKind = z.infer<typeof AuditedKind>;

/** A field that was changed. What is too long is cut. */
export const AuditChange = FieldDifference.extend({
  cut: z
    .boolean()
    .describe(
      'True where `before` or `after` was too long: it is the beginning of its JSON then, as a text.',
    ),
});
export type AuditChange = z.infer<typeof AuditChange>;

/** One change: who, what, when, from where, and how it was before. */
export const AuditLine = z
  .object({
    id: z.string().describe('Prefixed, sortable by time.'),
    time: Timestamp.describe('When it was changed.'),
    actor: z
      .object({
        kind: AuditActorKind,
        id: z
          .string()
          .describe(
            "Of the API token, the person, the enrolment token or the host; `admin` is the platform administrator's.",
          ),
        name: z.string().describe('As it was called then.'),
      })
      .describe('Who changed it.'),
    operation: z
      .string()
      .describe(
        "The `operationId` of the call, in this document; `finishOidcSignIn` is the identity provider's way back.",
      ),
    resource: z
      .object({
        kind: AuditedKind,
        id: z.union([z.string(), z.null()]).describe('Null for what has a name only.'),
        name: z.string().describe('As it was called then.'),
      })
      .describe('What was changed.'),
    changes: z
      .array(AuditChange)
      .describe('Field by field; all fields of what was made, and of what was deleted.'),
    changes_left_out: z.int().describe('So many more fields than fit into a line.'),
    note: z.union([z.string(), z.null()]).describe('What the fields do not tell.'),
    address: z
      .union([z.string(), z.null()])
      .describe("The client's, as Cloudflare saw it; null elsewhere."),
    user_agent: z
      .union([z.string(), z.null()])
      .describe('As the client called itself, shortened; null: it did not.'),
    request_id: z.string().describe('As in the log, and in the answer.'),
  })
  .meta({
    id: 'AuditLine',
    description: 'One change: who, what, when, from where, and how it was before.',
  });
export type AuditLine = z.infer<typeof AuditLine>;

const Moment = z.iso.datetime({ offset: true });

export const AuditQuery = PageQuery.extend({
  actor: z.string().optional().describe("The actor's id."),
  resource_kind: AuditedKind.optional(),
  resource_name: z.string().optional().describe('As it was called then.'),
  operation: z.string().optional().describe('Such as `deleteDeployment`.'),
  from: Moment.optional().describe('At this moment or later.'),
  until: Moment.optional().describe('Before this moment.'),
});
export type AuditQuery = z.output<typeof AuditQuery>;
