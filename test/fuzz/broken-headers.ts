import { orgHeader } from '../../contract/org.ts';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';
import type { World } from './world.ts';

type Way = (request: FuzzRequest, random: Random, world: World) => FuzzRequest | undefined;

export const breakHeader: Way = (request, random) => {
  const [name, value] = random.pick<[string, string]>([
    [
      'content-type',
      random.pick([
        'text/plain',
        'application/xml',
        'multipart/form-data',
        ';',
        'application/json; charset=utf-16',
        'APPLICATION/JSON;x',
      ]),
    ],
    [
      'if-match',
      random.pick([
        '',
        '"',
        'W/"1"',
        '"0"',
        '"99999999999999999999"',
        '1',
        '"1","2"',
        '\xff',
        ', ,',
        `"${'a'.repeat(3000)}`,
      ]),
    ],
    ['if-none-match', random.pick(['*', '"1", W/"2"', '\xff', ''])],
    ['idempotency-key', random.pick(['', ' ', 'a b', 'x'.repeat(256), '\xe4', "'; --", 'key-1'])],
    [orgHeader, random.pick(['', 'org_none', 'x'.repeat(2000), "' OR 1=1", '\xff', '*'])],
    ['accept', random.pick(['*/*', 'image/png', 'application/yaml;q=0', ';;', 'x'.repeat(2000)])],
    [
      'authorization',
      random.pick([
        '',
        'Bearer',
        'Bearer ',
        'Basic eDp5',
        'Bearer x',
        `Bearer ${'x'.repeat(5000)}`,
        'Bearer \xff',
        'bearer lsh_x',
      ]),
    ],
    ['content-encoding', 'gzip'],
    ['x-forwarded-for', '1.2.3.4, \xff'],
    ['x-http-method-override', 'DELETE'],
    ['range', 'bytes=0-1'],
    ['origin', 'https://example.invalid'],
    ['sec-fetch-site', random.pick(['cross-site', 'none', 'same-origin', ''])],
    [
      'cookie',
      random.pick([
        `__Host-session=${'x'.repeat(200)}; a=%00`,
        '=; ;;',
        'longshore_session',
        `a=${'x'.repeat(4000)}`,
      ]),
    ],
  ]);
  const headers = { ...request.headers, [name]: value };
  // An empty one is none: who is signed in stays so.
  const isNone = value === '' && headers.cookie !== undefined;
  const mustRefuse =
    name === 'authorization' && !isNone && request.operation.operation.security?.length !== 0;
  return { ...request, headers, what: `header ${name}: ${value.slice(0, 40)}`, mustRefuse };
};

export const wrongCredentials: Way = (request, random, { credentials }) => {
  const own = request.headers.authorization;
  const others = Object.values(credentials)
    .flat()
    .map((token) => `Bearer ${token}`);
  const wrong = others.filter((one) => one !== own);
  if (own === undefined || wrong.length === 0) return undefined;
  const [scheme] = Object.keys(request.operation.operation.security?.[0] ?? { bearer: [] });
  const valid = credentials[scheme ?? ''] ?? [];
  const authorization = random.pick(wrong);
  if (valid.some((token) => authorization === `Bearer ${token}`)) return undefined;
  return {
    ...request,
    headers: { ...request.headers, authorization },
    what: 'the credentials of another scheme',
    mustRefuse: true,
  };
};

/** A cookie that we did not sign, or one where only a token counts. */
export const wrongSession: Way = (request, random, { person }) => {
  const { security } = request.operation.operation;
  if (security?.length === 0) return undefined;
  const { authorization: _left, ...headers } = request.headers;
  const [pair = '', signature = ''] = person.cookie.split('.');
  const wrong = random.pick([
    pair,
    `${pair}.`,
    `${pair}x.${signature}`,
    `${pair}.${signature.slice(0, -4)}AAAA`,
    `${pair}.${'x'.repeat(5000)}`,
    'longshore_session=',
    'longshore_session=%00.%ff',
    'longshore_session="lss_x.y"',
    // A name that is none over plain HTTP.
    `__Host-${person.cookie}`,
  ]);
  const cookie = security ? random.pick([wrong, person.cookie]) : wrong;
  return { ...request, headers: { ...headers, cookie }, what: 'a wrong session', mustRefuse: true };
};

/** What a page of another site makes the browser of somebody send who is signed in (CSRF). */
export const foreignPage: Way = (request, random, { person, url }) => {
  const { security } = request.operation.operation;
  const isByCookie = security === undefined || security.length === 0;
  const isOfPages = isByCookie && request.path.startsWith('/api/');
  if (!isOfPages || request.method === 'GET') return undefined;
  const { authorization: _left, origin: _own, ...headers } = request.headers;
  const from = random.pick<Record<string, string>>([
    { origin: 'https://example.invalid' },
    { origin: 'null' },
    { origin: '' },
    { origin: `${url}.example.invalid` },
    { origin: url, 'sec-fetch-site': 'cross-site' },
    { origin: url, 'sec-fetch-site': 'same-site' },
    {},
  ]);
  return {
    ...request,
    headers: { ...headers, cookie: person.cookie, ...from },
    what: `a page of ${JSON.stringify(from)}`,
    mustRefuse: true,
  };
};
