import type { NamedOperation } from '../support/openapi.ts';
import { breakOnce } from './broken.ts';
import { breakHeader, foreignPage, wrongCredentials, wrongSession } from './broken-headers.ts';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';
import { odd, oddSteps } from './texts.ts';
import { validRequest } from './valid-request.ts';
import type { World } from './world.ts';

type Way = (request: FuzzRequest, random: Random, world: World) => FuzzRequest | undefined;

/** A request of the operation with something wrong about it. */
export function brokenRequest(
  world: World,
  operation: NamedOperation,
  random: Random,
): FuzzRequest {
  for (let attempts = 0; attempts < 20; attempts += 1) {
    const way = random.pick(random.chance(0.5) ? [breakBody] : ways);
    const broken = way(validRequest(world, operation, random), random, world);
    if (broken) return broken;
  }
  return validRequest(world, operation, random);
}

const breakBody: Way = (request, random, { document }) => {
  const { body, operation } = request;
  const schema = operation.operation.requestBody?.content?.['application/json']?.schema;
  if (body?.kind !== 'json' || !schema) return undefined;
  const broken = breakOnce(document, schema, body.value, random);
  const value = broken.value;
  return {
    ...request,
    body: { kind: 'json', value },
    what: `body ${broken.what}`,
    mustRefuse: broken.mustRefuse,
  };
};

/** A body whose bytes are wrong. */
const breakBytes: Way = (request, random) => {
  if (request.body?.kind !== 'json') return undefined;
  const text = JSON.stringify(request.body.value);
  const [what, bytes, mustRefuse] = random.pick<[string, Buffer | string, boolean]>([
    ['truncated JSON', text.slice(0, Math.max(1, text.length - random.int(1, 12))), true],
    ['an empty body', '', true],
    ['text after the JSON', `${text} x`, true],
    ['a list', `[${text}]`, true],
    ['a bare text', '"x"', true],
    ['null', 'null', false],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text)]),
      true,
    ],
    ['a byte order mark', `\ufeff${text}`, false],
    ['2 MB', `{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`, true],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, true],
    ['a number that is none', text.replace(/:\d+/, ':1e999'), false],
    ['__proto__', `{"__proto__":{"a":1},${text.slice(1)}`, true],
  ]);
  return { ...request, body: { kind: 'raw', bytes: Buffer.from(bytes) }, what, mustRefuse };
};

const yamls: [what: string, text: string][] = [
  ['truncated YAML', 'name: [a, {b: "c'],
  [
    'a bomb of aliases',
    'a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
  ],
  ['an alias of itself', 'a: &a [*a]\n'],
  ['deep YAML', `${'- '.repeat(5000)}x`],
  ['a tag', 'name: !!js/function "x"\n'],
  ['a tag of binary', 'name: !!binary "AAAA"\n'],
  ['two documents', 'name: a\n---\nname: b\n'],
  ['a key twice', 'name: a\nname: b\n'],
  ['a key that is a map', '? {a: b}\n: c\n'],
  ['odd escapes', 'name: "\\ud800\\0\\x07"\n'],
  ['dates and numbers', 'name: 2026-01-01\nreplicas: 0x10\nenv: {A: 1_000, B: .inf, C: .nan}\n'],
  ['merge keys', 'a: &a {x: 1}\nname:\n  <<: *a\n'],
  ['nothing', ''],
];

const sendYaml: Way = (request, random) => {
  if (!request.operation.operation.requestBody?.content?.['application/yaml']) return undefined;
  const [what, text] = random.pick(yamls);
  const headers = { ...request.headers, 'content-type': 'application/yaml' };
  return { ...request, headers, body: { kind: 'raw', bytes: Buffer.from(text) }, what };
};

const breakQuery: Way = (request, random) => {
  const declared = request.operation.operation.parameters ?? [];
  const names = declared.flatMap(({ name, in: place }) => (place === 'query' ? [name] : []));
  const value = random.pick([
    '',
    '0',
    '-1',
    '201',
    '1.5',
    'abc',
    'NaN',
    '99999999999999999999',
    '%00',
    '%ff',
    '%',
    '%ED%A0%80',
    'bm9uZQ==',
    '!!!!',
    'AA==',
    '%F0%9F%9A%80',
    '[]',
    'x'.repeat(5000),
    'true',
  ]);
  const way = random.int(0, 3);
  if (way === 0 || names.length === 0) {
    const name = random.pick(['unknown', '__proto__', 'limit[]', '%00', 'toString', '']);
    return {
      ...request,
      query: [...request.query, [name, value]],
      what: `query ${name}=${value.slice(0, 40)}`,
    };
  }
  const name = random.pick(names);
  const query: [string, string][] =
    way === 1
      ? [
          [name, value],
          [name, value],
        ]
      : [[name, value]];
  return { ...request, query, what: `query ${name}=${value.slice(0, 40)} (${query.length} times)` };
};

const breakPath: Way = (request, random) => {
  const { path: template } = request.operation;
  const step = random.pick(oddSteps);
  if (template.includes('{') && random.chance(0.7)) {
    const path = template.replaceAll(/\{\w+\}/g, () => (random.chance(0.6) ? step : 'x'));
    return { ...request, path, reaches: false, what: `path with ${step.slice(0, 40)}` };
  }
  const path = random.pick([
    `${request.path}/`,
    request.path.replace('/api', '//api'),
    request.path.toUpperCase(),
    `${request.path}/${step}`,
    `${request.path};a=b`,
    `${request.path}%00`,
    request.path.replace('/v1', '/v1/../v1'),
    request.path.replace('/v1', '/v1/%2e%2e/v1'),
  ]);
  return { ...request, path, reaches: false, what: 'an odd path' };
};

const otherMethod: Way = (request, random) => {
  // workerd takes whatever asks for a WebSocket for a GET.
  if (request.headers.upgrade !== undefined) return undefined;
  const method = random.pick([
    'GET',
    'PUT',
    'PATCH',
    'DELETE',
    'POST',
    'OPTIONS',
    'HEAD',
    'PROPFIND',
  ]);
  if (method === request.method) return undefined;
  return { ...request, method, reaches: false, what: `method ${method}` };
};

const unaskedBody: Way = (request, random) => {
  if (request.operation.operation.requestBody || request.method === 'GET') return undefined;
  const text = random.pick(['{"a":1}', '{', '[]', 'null', `{"a":"${odd[0]}"}`]);
  const headers = {
    ...request.headers,
    'content-type': random.pick(['application/json', 'text/plain']),
  };
  return {
    ...request,
    headers,
    body: { kind: 'raw', bytes: Buffer.from(text) },
    reaches: false,
    what: 'a body where none is taken',
  };
};

const ways: Way[] = [
  breakBytes,
  sendYaml,
  breakHeader,
  breakHeader,
  wrongCredentials,
  wrongSession,
  foreignPage,
  breakQuery,
  breakQuery,
  breakPath,
  breakPath,
  otherMethod,
  unaskedBody,
];
