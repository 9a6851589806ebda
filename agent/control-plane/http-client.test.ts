import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { createHttpClient, type HttpClient } from './http-client.ts';

let server: Server;
let client: HttpClient;
afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(listener: RequestListener, deadline_ms = 10_000): Promise<void> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  client = createHttpClient({
    url: `http://127.0.0.1:${address.port}`,
    user_agent: 'test',
    deadline_ms,
  });
}

const Reply = z.object({ protocol: z.literal(1), ok: z.boolean() });
const post = () => client.post({ path: '/x', bearer: 'secret', body: '{"a":1}', reply: Reply });
const asJson = { 'content-type': 'application/json; charset=utf-8' };
const asProblem = { 'content-type': 'application/problem+json', 'retry-after': '3' };

test('our envelope is a reply, also as it was received', async () => {
  await serve((request, reply) => {
    expect(request.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'content-length': '7',
    });
    reply.writeHead(200, asJson).end('{"protocol":1,"ok":true,"new":2}');
  });
  expect(await post()).toEqual({
    kind: 'reply',
    reply: { protocol: 1, ok: true },
    received: { protocol: 1, ok: true, new: 2 },
  });
});

test('a problem is read as one', async () => {
  const problem = {
    type: 't',
    title: 't',
    status: 503,
    code: 'unavailable',
    detail: 'd',
    help: 'h',
    request_id: 'r',
  };
  await serve((_, reply) => reply.writeHead(503, asProblem).end(JSON.stringify(problem)));
  expect(await post()).toEqual({ kind: 'problem', problem, retry_after_ms: 3000 });
});

test.each([
  ['a page of a proxy', 502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'],
  ['a page with a fine status', 200, { 'content-type': 'text/html' }, '<h1>Log in</h1>'],
  ['nothing', 502, {}, ''],
  ['JSON of somebody else', 200, asJson, '{"error":"x"}'],
  ['another protocol', 200, asJson, '{"protocol":2,"ok":true}'],
  ['cut JSON', 200, asJson, '{"protocol":1,'],
  ["somebody else's problem", 403, asProblem, '{"title":"Blocked"}'],
  ['our envelope with the status of an error', 500, asJson, '{"protocol":1,"ok":true}'],
  ['a redirect', 302, { location: '/y' }, ''],
])('%s is no answer', async (_what, status, headers, body) => {
  await serve((_, reply) => reply.writeHead(status, headers).end(body));
  expect((await post()).kind).toBe('no_answer');
});

test('silence ends at the deadline', async () => {
  await serve(() => {}, 30);
  expect(await post()).toEqual({ kind: 'no_answer', detail: 'no whole reply within 0.03 s' });
});

test('a reply that never ends ends at the deadline', async () => {
  await serve((_, reply) => reply.writeHead(200, asJson).write('{'), 30);
  expect((await post()).kind).toBe('no_answer');
});

test('a connection cut at its second use is made anew', async () => {
  let calls = 0;
  const sockets = new Set<Socket>();
  await serve((request, reply) => {
    sockets.add(request.socket);
    calls++;
    // As a server does that closes an idle connection while the request is on its way.
    if (calls === 2) request.socket.destroy();
    else reply.writeHead(200, asJson).end('{"protocol":1,"ok":true}');
  });
  expect((await post()).kind).toBe('reply');
  expect((await post()).kind).toBe('reply');
  expect(calls).toBe(3);
  expect(sockets.size).toBe(2);
});

test('no server is no answer', async () => {
  await serve(() => {});
  await new Promise((resolve) => server.close(resolve));
  expect((await post()).kind).toBe('no_answer');
});

test('closing ends what is in flight', async () => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await serve(() => arrived());
  const answer = post();
  await arrival;
  client.close();
  expect((await answer).kind).toBe('no_answer');
});
