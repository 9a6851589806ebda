import { beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../contract/problem.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

let client: Client;

beforeAll(async () => {
  client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
});

interface Case {
  name: string;
  path?: string;
  body?: unknown;
  yaml?: string;
  raw?: { type: string; text: string };
  status: number;
  code: string;
  error?: Record<string, unknown>;
}

const deployment = (change: Record<string, unknown>) => ({
  name: 'model',
  backend_name: 'engine',
  ...change,
});

const cases: Case[] = [
  {
    name: 'malformed JSON, with line and column',
    raw: { type: 'application/json', text: '{"backend_name": "x",\n  oops}' },
    status: 400,
    code: 'malformed_body',
    error: { line: 2, column: 3 },
  },
  {
    name: 'JSON that ends too early',
    raw: { type: 'application/json', text: '{"backend_name": ' },
    status: 400,
    code: 'malformed_body',
    error: { line: 1, column: 18 },
  },
  {
    name: 'malformed YAML, with line and column',
    yaml: 'backend_name: x\nversion_configs:\n  v1: {image_name: [}\n',
    status: 400,
    code: 'malformed_body',
    error: { line: 3 },
  },
  {
    name: 'a key twice in YAML',
    yaml: 'backend_name: x\nbackend_name: y\n',
    status: 400,
    code: 'malformed_body',
    error: { code: 'duplicate_key', line: 2, column: 1 },
  },
  {
    name: 'an unknown key in YAML, with its line',
    yaml: 'backend_name: x\nversion_configs:\n  v1:\n    image_name: x\n    custom_framework: cpu\n    run_comand: serve\n',
    status: 400,
    code: 'invalid_request',
    error: {
      pointer: '/version_configs/v1/run_comand',
      code: 'unknown_key',
      line: 6,
      column: 5,
    },
  },
  {
    name: 'an unknown key in JSON',
    body: definition({ backend_name: 'other', default_comand: 'x' }),
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/default_comand', code: 'unknown_key' },
  },
  {
    name: 'a missing field',
    body: { backend_name: 'other', version_configs: { v1: { image_name: 'x' } } },
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/version_configs/v1/custom_framework', code: 'required' },
  },
  {
    name: 'a wrong type, which is not a missing field',
    body: definition({ backend_name: 5 }),
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/backend_name', code: 'invalid_type' },
  },
  {
    name: 'a body full of faults, of which it tells the first ones',
    body: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, 1])),
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a YAML body of plain scalars where texts are wanted',
    yaml: `backend_name: x\ndefault_env:\n${Array.from({ length: 20_000 }, (_, index) => `  A${index}: 1\n`).join('')}`,
    status: 400,
    code: 'malformed_body',
  },
  {
    name: 'a backend without versions',
    body: { backend_name: 'other', version_configs: {} },
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/version_configs' },
  },
  {
    name: 'a default version that is not there',
    body: definition({ backend_name: 'other', default_version: '2.0' }),
    status: 422,
    code: 'invalid_definition',
    error: { pointer: '/default_version', code: 'unknown_version' },
  },
  {
    name: 'a name twice, in other case',
    body: definition({ backend_name: 'ENGINE' }),
    status: 409,
    code: 'name_taken',
    error: { pointer: '/backend_name' },
  },
  {
    name: 'a content type that is neither JSON nor YAML',
    raw: { type: 'text/plain', text: 'hello' },
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    name: 'a body that is too large',
    raw: { type: 'application/json', text: `"${'x'.repeat(1024 * 1024)}"` },
    status: 413,
    code: 'payload_too_large',
  },
  {
    name: 'a key that could not be kept',
    raw: {
      type: 'application/json',
      text: '{"backend_name": "x", "default_env": {"__proto__": "y"}}',
    },
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/default_env/__proto__', code: 'invalid_key' },
  },
  {
    name: 'JSON that is nested too deep',
    raw: { type: 'application/json', text: `${'['.repeat(200_000)}${']'.repeat(200_000)}` },
    status: 400,
    code: 'malformed_body',
    error: { code: 'nested_too_deep', line: 1, column: 33 },
  },
  {
    name: 'YAML that is nested too deep',
    yaml: `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    status: 400,
    code: 'malformed_body',
    error: { code: 'nested_too_deep', line: 1 },
  },
  {
    name: 'a bomb of YAML aliases',
    yaml: Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`,
    ).join('\n'),
    status: 400,
    code: 'malformed_body',
    error: { code: 'too_much_by_aliases', line: 5 },
  },
  {
    name: 'an empty body',
    yaml: '',
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'a body that is no object',
    body: ['x'],
    status: 400,
    code: 'invalid_request',
  },
  {
    name: 'an unknown backend',
    path: '/api/v1/deployments',
    body: deployment({ backend_name: 'nowhere' }),
    status: 422,
    code: 'unknown_backend',
    error: { pointer: '/backend_name' },
  },
  {
    name: 'an unknown version',
    path: '/api/v1/deployments',
    body: deployment({ backend_version: '9.9' }),
    status: 422,
    code: 'unknown_version',
    error: { pointer: '/backend_version' },
  },
  {
    name: 'an unknown placeholder, with its column',
    path: '/api/v1/deployments',
    body: deployment({ run_command: 'serve {{modle_name}}' }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/run_command', code: 'unknown_placeholder', column: 7 },
  },
  {
    name: 'an unclosed quote, with its column',
    path: '/api/v1/deployments',
    body: deployment({ run_command: 'serve "abc' }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/run_command', code: 'unclosed_quote', column: 7 },
  },
  {
    name: 'a shell operator, with its column',
    path: '/api/v1/deployments',
    body: deployment({ run_command: 'serve | tee log' }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/run_command', code: 'shell_operator', column: 7 },
  },
  {
    name: 'a model path without a model',
    path: '/api/v1/deployments',
    body: deployment({ run_command: 'serve {{model_path}}' }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/model', code: 'model_required' },
  },
  {
    name: 'a command that grows without end by what it names, with the field',
    path: '/api/v1/deployments',
    body: deployment({
      env: { BIG: 'x'.repeat(32_768) },
      run_command: '{{BIG}}'.repeat(4000),
    }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/run_command', code: 'too_long' },
  },
  {
    name: 'parameters that grow without end together, with the field',
    path: '/api/v1/deployments',
    body: deployment({
      env: { BIG: 'x'.repeat(30_000) },
      backend_parameters: Array.from({ length: 256 }, () => '{{BIG}}{{BIG}}'),
    }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/backend_parameters/3', code: 'too_long' },
  },
  {
    name: 'variables that grow without end by what they name, with the field',
    path: '/api/v1/deployments',
    body: deployment({
      model: { source: 'local_path', path: `/${'x'.repeat(4000)}` },
      env: { A: '{{model_path}}'.repeat(2000) },
    }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/env/A', code: 'too_long' },
  },
  {
    name: 'a command full of names that nothing defines',
    path: '/api/v1/deployments',
    body: deployment({ run_command: '{{a}}'.repeat(6000) }),
    status: 422,
    code: 'cannot_render',
    error: { pointer: '/run_command', code: 'unknown_placeholder' },
  },
  {
    name: 'a deployment name that is none',
    path: '/api/v1/deployments',
    body: deployment({ name: 'Not A Name' }),
    status: 400,
    code: 'invalid_request',
    error: { pointer: '/name' },
  },
];

describe('bad input is a problem with a code, a pointer and a sentence that helps, and writes nothing', () => {
  test.each(cases)('$name', async ({ path = '/api/v1/backends', body, yaml, raw, ...expected }) => {
    const reply = await client.call('POST', path, body, {
      ...(yaml === undefined ? {} : { yaml }),
      ...(raw === undefined ? {} : { raw }),
    });
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    const problem = Problem.parse(reply.body);
    expect(problem).toMatchObject({ status: expected.status, code: expected.code });
    expect(reply.status).toBe(expected.status);
    if (expected.error) expect(problem.errors?.[0]).toMatchObject(expected.error);
    for (const text of [
      problem.detail,
      problem.help,
      ...(problem.errors ?? []).map((e) => e.detail),
    ]) {
      expect(text).toMatch(/\S+ \S+/);
    }
    expect(reply.cost.rowsWritten).toBe(0);
  });

  test('no token, a wrong token, and a token of another kind', async () => {
    for (const token of [null, 'wrong', `lsh_${'a'.repeat(43)}`]) {
      const reply = await client.call('GET', '/api/v1/backends', undefined, { token });
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({ code: 'unauthorized' });
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(reply.cost.requests).toBe(0);
    }
  });

  test('a wrong method says which ones there are', async () => {
    const reply = await client.call('PATCH', '/api/v1/hosts', {});
    expect(reply.status).toBe(405);
    expect(reply.body).toMatchObject({ code: 'method_not_allowed' });
    expect(reply.headers.get('allow')).toContain('GET');
  });

  test('a path with nothing at it', async () => {
    const reply = await client.call('GET', '/api/v1/nothing');
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ code: 'not_found' });
  });

  test('an unknown query parameter, a limit out of range, a cursor that is none of ours', async () => {
    for (const query of ['colour=red', 'limit=0', 'limit=201', 'limit=ten', 'cursor=%%%']) {
      const reply = await client.call('GET', `/api/v1/backends?${query}`);
      expect(reply.status, query).toBe(400);
      expect(reply.body).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: `?${query.split('=')[0]}` }],
      });
    }
  });
});
