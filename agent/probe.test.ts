import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { probe } from './probe.ts';
import { testSpec } from './testing/launch-spec.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<LaunchSpec> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return testSpec({ port: address.port });
}

const { signal } = new AbortController();

test.each([200, 204, 299])('%i is ready', async (status) => {
  const spec = await serve((_, reply) => reply.writeHead(status).end());
  expect(await probe(spec, signal)).toEqual({
    ready: true,
    summary: `HTTP ${status}`,
    excerpt: null,
  });
});

test('the path is asked as it is given', async () => {
  let asked = '';
  const spec = await serve((request, reply) => {
    asked = request.url ?? '';
    reply.end();
  });
  await probe({ ...spec, health: { ...spec.health, path: '/v1/models?x=a b' } }, signal);
  expect(asked).toBe('/v1/models?x=a%20b');
});

test('an error comes with the first words of its body on one line', async () => {
  const spec = await serve((_, reply) => reply.writeHead(503).end('{\n  "error": "loading"\n}\n'));
  expect(await probe(spec, signal)).toEqual({
    ready: false,
    summary: 'HTTP 503',
    excerpt: '{ "error": "loading" }',
  });
});

test('a redirect is not followed and not ready', async () => {
  let calls = 0;
  const spec = await serve((_, reply) => {
    calls++;
    reply.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect(await probe(spec, signal)).toMatchObject({ ready: false, summary: 'HTTP 302' });
  expect(calls).toBe(1);
});

test('a body without end ends the probe', async () => {
  const spec = await serve((_, reply) => {
    reply.writeHead(500);
    reply.write('x'.repeat(100_000));
  });
  const { excerpt } = await probe(spec, signal);
  expect(excerpt).toMatch(/^x{1000}$/);
});

test('silence ends at its timeout', async () => {
  const spec = await serve(() => {});
  const hurried = { ...spec, health: { ...spec.health, timeout_seconds: 0.05 } };
  expect(await probe(hurried, signal)).toMatchObject({
    ready: false,
    summary: 'no answer within 0.05 s',
  });
});

test('nobody on the port is not ready', async () => {
  const spec = await serve(() => {});
  await new Promise((resolve) => server?.close(resolve));
  expect(await probe(spec, signal)).toMatchObject({ ready: false, summary: 'connection refused' });
});

test('a connection that is cut is not ready', async () => {
  const spec = await serve((request) => request.socket.destroy());
  expect(await probe(spec, signal)).toMatchObject({
    ready: false,
    summary: 'connection closed without an answer',
  });
});
