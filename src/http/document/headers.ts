import { type Document, isForUsers, nameOf, type Operation, takesParameter } from './operations.ts';

const texts = {
  ETag: ['The revision of what the user wrote, for `If-Match` and `If-None-Match`.', '"3"'],
  Location: ['Where it can be read.', '/api/v1/deployments/chat'],
  Link: [
    'The next page, as `rel="next"`; absent on the last one.',
    '</api/v1/deployments?limit=50&cursor=Y2hhdA%3D%3D>; rel="next"',
  ],
  'Retry-After': ['Seconds to wait before the next attempt.', '2'],
  'Longshore-Request-Id': [
    'Names the request in the logs.',
    'req_01a0f0c2d4b7743f9d3a3f6e2c51b0aa',
  ],
  'Idempotency-Replayed': [
    '`true`: the answer was kept from an earlier request with the same `Idempotency-Key`.',
    'true',
  ],
  RateLimit: [
    'What is left of each quota (`r`), and in how many seconds all of it is there again (`t`); absent where nothing is limited.',
    '"author";r=299;t=1, "organisation";r=599;t=1',
  ],
  'RateLimit-Policy': [
    'The quotas (`q`) and their windows in seconds (`w`); absent where nothing is limited.',
    '"author";q=300;w=60, "organisation";q=600;w=60',
  ],
  'Set-Cookie': [
    'The cookie of the session, or of a sign-in that is under way.',
    '__Host-longshore_session=EXAMPLE-not-a-session; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax',
  ],
  'WWW-Authenticate': ['The scheme of authentication.', 'Bearer realm="longshore"'],
} as const;

export type ResponseHeader = keyof typeof texts;

export const rateLimitHeaders = [
  'RateLimit',
  'RateLimit-Policy',
] as const satisfies ResponseHeader[];

/** The headers of an answer, as references. */
export function headersOf(...names: readonly ResponseHeader[]) {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }] as const),
  );
}

export const headerComponents = Object.fromEntries(
  Object.entries(texts).map(([name, [description, example]]) => [
    name,
    { description, schema: { type: 'string' as const }, example },
  ]),
);

/** What an operation's answers carry that follows from the rest of it. Errors have theirs in common. */
export function addHeaders(operation: Operation, document: Document): void {
  for (const [status, response] of Object.entries(operation.object.responses ?? {})) {
    if ('$ref' in response || status === '101') continue;
    const isReplayable = status !== '304' && takesParameter(operation, 'IdempotencyKey');
    response.headers = {
      ...response.headers,
      ...headersOf(
        'Longshore-Request-Id',
        ...(isForUsers(operation) && operation.method !== 'get' ? rateLimitHeaders : []),
        ...(isReplayable ? (['Idempotency-Replayed'] as const) : []),
        ...(isPaged(operation, response, document) ? (['Link'] as const) : []),
      ),
    };
  }
}

function isPaged(
  { object }: Operation,
  response: { content?: Record<string, { schema?: unknown }> },
  document: Document,
): boolean {
  const name = nameOf(response.content?.['application/json']?.schema);
  const schema = name === undefined ? undefined : document.components?.schemas?.[name];
  const hasCursor = object.parameters?.some((one) => 'name' in one && one.name === 'cursor');
  return (
    hasCursor === true &&
    'next_cursor' in ((schema && 'properties' in schema && schema.properties) || {})
  );
}
