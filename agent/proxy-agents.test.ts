import { request } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { systemClock } from './clock.ts';
import { createHttpClient } from './control-plane/http-client.ts';
import { openLink } from './control-plane/link.ts';
import { connectionsTo } from './proxy.ts';
import { fetchThrough } from './proxy-fetch.ts';
import { recordedLog } from './testing/recorded-log.ts';

/** A proxy that takes connections, says nothing on them, and never closes one by itself. */
let proxy: Server;
let url: string;
let taken = 0;
const open = new Set<Socket>();

beforeEach(async () => {
  taken = 0;
  proxy = createServer((socket) => {
    taken++;
    open.add(socket);
    socket.on('data', () => {}).on('error', () => {});
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo; // it listens on TCP
  url = `http://127.0.0.1:${port}`;
});
afterEach(() => {
  proxy.close();
  for (const socket of open) socket.destroy();
});

const connectionsGone = () =>
  vi.waitFor(() => expect([taken > 0, open.size]).toEqual([true, 0]), { timeout: 5000 });

describe.each(['https', 'http'])('a proxy to %s that never answers', (scheme) => {
  const env = () => ({ HTTPS_PROXY: url, HTTP_PROXY: url });
  const address = `${scheme}://control.test`;

  test('holds no call beyond its deadline, nor a socket', async () => {
    const client = createHttpClient({
      url: address,
      user_agent: 'test',
      deadline_ms: 200,
      env: env(),
    });
    const answer = await client.get('/healthz', z.unknown());
    expect(answer).toMatchObject({ kind: 'no_answer', detail: 'no whole reply within 0.2 s' });
    await connectionsGone();
    client.close();
  });

  test('holds no client that is closed', async () => {
    const client = createHttpClient({ url: address, user_agent: 'test', env: env() });
    const call = client.get('/healthz', z.unknown());
    await vi.waitFor(() => expect(taken).toBe(1));
    client.close();
    expect(await call).toMatchObject({ kind: 'no_answer' });
    await connectionsGone();
  });

  test('holds no download that was given up', async () => {
    const abort = new AbortController();
    const call = fetchThrough(env())(`${address}/x`, { signal: abort.signal });
    await vi.waitFor(() => expect(taken).toBe(1));
    abort.abort(new Error('stalled'));
    await expect(call).rejects.toThrow();
    await connectionsGone();
  });
});

test('a tunnel that is never made is a fault that names the proxy', async () => {
  const limits = { keepAlive: true, deadline_ms: 100 };
  const agent = connectionsTo('https://control.test', { HTTPS_PROXY: url }, limits);
  const fault = await new Promise((resolve) =>
    request('https://control.test', { agent }).on('error', resolve).end(),
  );
  expect(fault).toMatchObject({
    message: `the proxy ${new URL(url).host} did not connect within 0.1 s`,
  });
  await connectionsGone();
});

test('a link through a proxy that never answers is tried again, and leaves no socket', async () => {
  const log = recordedLog();
  const link = openLink({
    url: 'https://control.test',
    secret: () => 's',
    refused: () => false,
    user_agent: 'test',
    clock: systemClock,
    random: () => 0,
    log,
    onUp: () => {},
    onDown: () => {},
    onBell: () => {},
    connect_deadline_ms: 100,
    env: { HTTPS_PROXY: url },
  });
  await vi.waitFor(() => expect(taken).toBeGreaterThan(2), { timeout: 5000 });
  link.close();
  expect(log.events).toContain('no link, polling instead');
  await connectionsGone();
});
