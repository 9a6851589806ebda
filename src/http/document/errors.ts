import { Problem, type ProblemCode, problemTypes } from '../../../contract/problem.ts';
import { headersOf, rateLimitHeaders } from './headers.ts';
import { isForUsers, type Operation, takesParameter } from './operations.ts';

type Status = (typeof problemTypes)[ProblemCode]['status'];

/** The words for each status in the document's `responses`. */
const names: Record<Status, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Unprocessable',
  428: 'PreconditionRequired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'Unavailable',
};

interface Exceptions {
  /** What its method and its request don't tell. */
  also?: readonly ProblemCode[];
  /** What they tell, and cannot happen. */
  never?: readonly Status[];
}

/**
 * An operation's errors, in its `responses`. In the document stands one response for each status that can occur, as it
 * follows from what the route declares; `exceptions` is for what does not.
 */
export function problemsOf(exceptions: Exceptions = {}) {
  return {
    default: {
      description: 'A problem (RFC 9457)',
      content: { 'application/problem+json': { schema: Problem } },
      'x-exceptions': exceptions,
    },
  };
}

/** Puts the errors of an operation where its route says `problems`. */
export function addErrors(operation: Operation): void {
  const { responses = {} } = operation.object;
  const { default: marker, ...answers } = responses;
  if (!marker) return;
  // `problemsOf` has put it there.
  const exceptions = (marker as { 'x-exceptions'?: Exceptions })['x-exceptions'] ?? {};
  const statuses = new Set(statusesOf(operation));
  for (const code of exceptions.also ?? []) statuses.add(problemTypes[code].status);
  for (const status of exceptions.never ?? []) statuses.delete(status);
  const errors = [...statuses].sort().map((status) => {
    return [status, { $ref: `#/components/responses/${names[status]}` }];
  });
  operation.object.responses = { ...answers, ...Object.fromEntries(errors) };
}

function statusesOf(operation: Operation): Status[] {
  const { method, path, object } = operation;
  const isOpen = object.security?.length === 0;
  const writes = method !== 'get' && !isOpen;
  const can: [Status, boolean][] = [
    [400, true],
    [401, !isOpen],
    [403, isForUsers(operation)],
    // Also the organisation that `longshore-org` names.
    [404, path.includes('{') || isForUsers(operation)],
    [409, writes],
    [412, takesParameter(operation, 'IfMatch') || takesParameter(operation, 'IfMatchRequired')],
    [413, object.requestBody !== undefined],
    [415, object.requestBody !== undefined],
    [422, isForUsers(operation) && object.requestBody !== undefined],
    [422, takesParameter(operation, 'IdempotencyKey')],
    [428, takesParameter(operation, 'IfMatchRequired')],
    [429, !isOpen],
    [500, true],
    [503, true],
  ];
  return can.flatMap(([status, possible]) => (possible ? [status] : []));
}

/** The `responses` of the document: one for each status, with its codes and one of them as an example. */
export function problemComponents(details: Record<Status, { code: ProblemCode; detail: string }>) {
  return Object.fromEntries(
    statuses().map((status) => {
      const { code, detail } = details[status];
      const { title, help } = problemTypes[code];
      const value: Problem = {
        type: `https://longshore.dev/problems/${code.replaceAll('_', '-')}`,
        title,
        status,
        code,
        detail,
        help,
        request_id: 'req_01a0f0c2d4b7743f9d3a3f6e2c51b0aa',
      };
      const response = {
        description: describeStatus(status),
        headers: headersOf(
          'Longshore-Request-Id',
          ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
          ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
          ...(status === 429 ? rateLimitHeaders : []),
        ),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: { [code]: { value } },
          },
        },
      };
      return [names[status], response];
    }),
  );
}

/** The statuses that some operation can answer; 405 is told of the whole. */
function statuses(): Status[] {
  const all = new Set(Object.values(problemTypes).map(({ status }): Status => status));
  all.delete(405);
  return [...all];
}

function describeStatus(status: Status): string {
  return Object.entries(problemTypes)
    .filter(([, type]) => type.status === status)
    .map(([code, { title }]) => `\`${code}\`: ${title}.`)
    .join(' ');
}
