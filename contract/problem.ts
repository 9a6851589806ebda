import * as z from 'zod';

interface ProblemType {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503;
  title: string;
  /** What a person can do about it. */
  help: string;
}

/** Every error of the API, by its stable `code`. OpenAPI, the docs and the dashboard read this table. */
export const problemTypes = {
  malformed_body: {
    status: 400,
    title: 'The body cannot be read',
    help: 'Send valid JSON, or valid YAML with `content-type: application/yaml`.',
  },
  invalid_request: {
    status: 400,
    title: 'The request does not have the expected shape',
    help: 'Correct each entry of `errors`; `pointer` says where it is.',
  },
  organisation_required: {
    status: 400,
    title: 'The change must name the organisation',
    help: 'Send `longshore-org` with the id of one of your organisations: `orgs` of GET /api/v1/me lists them.',
  },
  unauthorized: {
    status: 401,
    title: 'Nobody is signed in',
    help: 'Sign in again. A program sends `Authorization: Bearer <token>` with a token of this control plane.',
  },
  sign_in_failed: {
    status: 401,
    title: 'Nobody was signed in',
    help: 'Check the e-mail address and the password. Whoever runs this control plane can give you a sign-in link.',
  },
  secret_retired: {
    status: 401,
    title: 'This secret of the host was replaced',
    help: 'If this host did not replace it, another machine has its identity: revoke the host, and enrol this machine anew.',
  },
  forbidden: {
    status: 403,
    title: 'You may not do that',
    help: 'It takes a greater role: ask an administrator of the organisation, or use another token.',
  },
  foreign_origin: {
    status: 403,
    title: 'The request came from another site',
    help: 'Changes with a cookie are taken from the pages of this control plane only. Programs use an API token.',
  },
  insecure_connection: {
    status: 403,
    title: 'Nobody signs in over a connection that others can read',
    help: 'Use https, or http on this very machine (localhost).',
  },
  no_organisation: {
    status: 403,
    title: 'You are in no organisation',
    help: 'Open the link of an invitation; who has none asks an administrator of the organisation for one.',
  },
  host_revoked: {
    status: 403,
    title: 'The host is revoked',
    help: 'Somebody revoked it. If that was a mistake: POST /api/v1/hosts/{id}/unrevoke.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    help: 'Check the name and the organisation; what belongs to others reads as not there.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This path has no such method',
    help: 'The `Allow` header lists the methods that it has.',
  },
  name_taken: { status: 409, title: 'The name is taken', help: 'Choose another name.' },
  in_use: {
    status: 409,
    title: 'Something still uses it',
    help: 'Delete or change what `errors` names first.',
  },
  conflict: {
    status: 409,
    title: 'It was changed meanwhile',
    help: 'Read it again and repeat the change.',
  },
  limit_reached: {
    status: 409,
    title: 'There are as many as may be',
    help: 'Delete what is not needed any more, or ask whoever runs this control plane for more.',
  },
  already_member: {
    status: 409,
    title: 'They are in the organisation already',
    help: 'No invitation is needed. PATCH /api/v1/members/{user_id} changes the role of a member.',
  },
  last_admin: {
    status: 409,
    title: 'The organisation would have no administrator',
    help: 'Make another member an administrator first.',
  },
  install_conflict: {
    status: 409,
    title: 'This installation has another secret',
    help: 'The host was enrolled with another secret. Remove its state folder to enrol it as a new host.',
  },
  rotation_not_asked: {
    status: 409,
    title: 'No new secret is asked for',
    help: 'Keep the old one. A new one is asked for with POST /api/v1/hosts/{id}/rotate-secret.',
  },
  host_removed: {
    status: 410,
    title: 'The host was removed',
    help: 'Its agent stops what it runs. To make the machine a host again, remove its state folder and enrol it.',
  },
  stale_epoch: {
    status: 409,
    title: 'A newer process speaks for this host',
    help: 'Another agent with the same identity runs; stop one of them.',
  },
  precondition_failed: {
    status: 412,
    title: 'It has another revision',
    help: 'Read it again and repeat the change on its new revision.',
  },
  payload_too_large: { status: 413, title: 'The body is too large', help: 'Send a smaller body.' },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not supported',
    help: 'Use `content-type: application/json` or `application/yaml`.',
  },
  invalid_code: {
    status: 422,
    title: 'The link is not good any more',
    help: 'It was used already, has expired or was taken back: ask for a new one.',
  },
  invalid_definition: {
    status: 422,
    title: 'The definition contradicts itself',
    help: 'Correct each entry of `errors`.',
  },
  unknown_backend: {
    status: 422,
    title: 'There is no such backend',
    help: 'Import the backend first, or name one of the list.',
  },
  unknown_secret: {
    status: 422,
    title: 'There is no such secret',
    help: 'Set the secret first: PUT /api/v1/secrets/{name}.',
  },
  unknown_version: {
    status: 422,
    title: 'The backend has no such version',
    help: 'Name one of the versions in `errors`, or leave it out.',
  },
  no_candidate_version: {
    status: 422,
    title: 'No version of the backend fits',
    help: 'Add a version for the framework that is wanted, or ask for other GPUs.',
  },
  too_many_gpus: {
    status: 422,
    title: 'No host has so many GPUs',
    help: 'Ask for as many GPUs as one host has: an instance runs on one host.',
  },
  cannot_render: {
    status: 422,
    title: 'The command cannot be rendered',
    help: 'Correct the text at the pointer and column of each entry of `errors`.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'The idempotency key was used for another request',
    help: 'Use a new `Idempotency-Key` for a new request.',
  },
  confirmation_required: {
    status: 428,
    title: 'The deletion must be confirmed',
    help: 'Send the name of what is deleted with it: `?confirm=NAME`.',
  },
  precondition_required: {
    status: 428,
    title: 'The change must say what it is based on',
    help: 'Send `If-Match` with the `ETag` that you read.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    help: 'Wait for `Retry-After` seconds.',
  },
  internal: {
    status: 500,
    title: 'Something failed inside',
    help: 'Try again; if it stays, give the request id to whoever runs this control plane.',
  },
  misconfigured: {
    status: 503,
    title: 'The control plane is not set up',
    help: 'Whoever runs it sets what `detail` names: `wrangler secret put NAME`.',
  },
  provider_unavailable: {
    status: 503,
    title: 'The identity provider does not answer',
    help: 'Try again in a moment, or sign in another way.',
  },
  unavailable: {
    status: 503,
    title: 'The database does not answer',
    help: 'Try again after `Retry-After` seconds.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemCode = keyof typeof problemTypes;

/** One thing that is wrong with the input. */
export const InputError = z
  .object({
    pointer: z
      .string()
      .describe(
        "JSON Pointer (RFC 6901) into what the client sent, `?name` for a query parameter, a header's name for a header.",
      ),
    detail: z.string().describe('For people.'),
    code: z.string().describe('A stable word.'),
    line: z.int().optional().describe('Where it stands in a YAML or JSON body, from 1.'),
    column: z
      .int()
      .optional()
      .describe('From 1; in the body together with `line`, else in the text that `pointer` names.'),
  })
  .meta({ id: 'InputError', description: 'One thing that is wrong with the input.' });
export type InputError = z.infer<typeof InputError>;

/** RFC 9457 problem details. */
export const Problem = z
  .object({
    type: z.string().describe('A URI for the kind of problem.'),
    title: z.string().describe('The kind of problem, for people.'),
    status: z.int().describe('The HTTP status.'),
    code: z.string().describe('The kind of problem, as a stable word.'),
    detail: z.string().describe('For people: what is wrong this time.'),
    help: z.string().describe('For people: what to do about it.'),
    request_id: z.string().describe('Names the request in the logs.'),
    errors: z.array(InputError).optional().describe('Each thing that is wrong with the input.'),
    epoch: z.int().optional().describe('With `stale_epoch`: the epoch that the server knows.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused, or failed (RFC 9457).' });
export type Problem = z.infer<typeof Problem>;
