import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { buildAgent } from './build.ts';
import { type Env, proxyFault, proxyFor } from './proxy.ts';
import { fetchThrough } from './proxy-fetch.ts';
import { certificate } from './testing/certificate.ts';
import { FakeControlPlane } from './testing/fake-control-plane.ts';
import { type ForwardProxy, forwardProxy } from './testing/forward-proxy.ts';
import { contentOf, modelBench, modelLaunch } from './testing/model-bench.ts';

let proxy: ForwardProxy | undefined;
afterEach(() => proxy?.close());

describe('which proxy', () => {
  const all = { HTTPS_PROXY: 'http://s:1', HTTP_PROXY: 'http://p:2' };
  test.each<[string, Env, string | null]>([
    ['https://a.test/x', all, 'http://s:1'],
    ['http://a.test/x', all, 'http://p:2'],
    ['https://a.test', { HTTP_PROXY: 'http://p:2' }, null],
    ['https://a.test', { https_proxy: 'low:3', HTTPS_PROXY: 'http://s:1' }, 'http://low:3'],
    ['https://a.test', {}, null],
    // This machine is no matter of a proxy.
    ['http://localhost:8080', all, null],
    ['http://127.0.0.1:8080', all, null],
    ['http://[::1]:8080', all, null],
    ...(
      [
        ['https://a.test', '*', null],
        ['https://a.test', 'b.test, a.test', null],
        ['https://x.a.test', 'a.test', null],
        ['https://x.a.test', '.a.test', null],
        ['https://x.a.test', '*.a.test', null],
        ['https://ba.test', 'a.test', 'http://s:1'],
        ['https://A.TEST', 'a.test', null],
        ['https://a.test', 'a.test:443', null],
        ['https://a.test:8443', 'a.test:443', 'http://s:1'],
        ['https://10.1.2.3', '10.0.0.0/8', null],
        ['https://11.1.2.3', '10.0.0.0/8', 'http://s:1'],
        ['https://10.1.2.3', '10.1.2.3', null],
        ['https://[fd00::7]', 'fd00::/8', null],
        ['https://[fd00::7]:9', '[fd00::7]:9', null],
        ['https://a.test', '10.0.0.0/8', 'http://s:1'],
      ] satisfies [string, string, string | null][]
    ).map(([url, NO_PROXY, expected]): [string, Env, string | null] => [
      url,
      { ...all, NO_PROXY },
      expected,
    ]),
  ])('for %s under %j: %s', (url, env, expected) => {
    expect(proxyFor(url, env)).toBe(expected);
  });

  test('one that is none is said', () => {
    expect(proxyFault({ HTTPS_PROXY: 'socks5://a:1' })).toContain('HTTPS_PROXY must be');
    expect(proxyFault({ http_proxy: 'http://' })).toContain('HTTP_PROXY must be');
    expect(proxyFault({ HTTPS_PROXY: 'a:3128', HTTP_PROXY: '' })).toBeNull();
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port; // it listens on TCP
}

/** TLS in front of a port of this machine. */
function tlsBefore(port: number): Promise<number> {
  const server = createTlsServer(certificate, (socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  });
  return listen(server);
}

describe('the agent as one file', () => {
  test.each([
    ['https://control.test', 443, 'HTTPS_PROXY'],
    ['http://control.test', 80, 'http_proxy'],
  ])('enrols, syncs and holds its link at %s through the proxy alone', async (url, port, name) => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-proxy-'));
    const control = new FakeControlPlane();
    await control.start();
    const own = Number(new URL(control.url).port);
    const secure = port === 443;
    const to = { [`control.test:${port}`]: secure ? await tlsBefore(own) : own };
    proxy = await forwardProxy(to);
    const file = join(folder, 'agent.mjs');
    await buildAgent(file);
    await writeFile(join(folder, 'ca.pem'), certificate.cert);
    const args = ['run', '--url', url, '--token', control.token, '--state', join(folder, 'state')];
    const agent = spawn(process.execPath, [file, ...args, '--name', 'box'], {
      env: {
        PATH: process.env.PATH,
        DOCKER_HOST: `unix://${folder}/none.sock`,
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        [name]: proxy.url,
      },
      stdio: 'ignore',
    });
    const ended = once(agent, 'exit');
    try {
      await control.waitFor(() => {
        const [host] = control.hosts.values();
        return host?.inventory != null && control.linkCount === 1;
      });
      expect(new Set(proxy.seen)).toEqual(
        new Set(
          secure
            ? ['CONNECT control.test:443']
            : [
                'POST http://control.test/api/agent/v1/enroll',
                'POST http://control.test/api/agent/v1/sync',
                'CONNECT control.test:80',
              ],
        ),
      );
    } finally {
      agent.kill('SIGKILL');
      await ended;
      await control.stop();
      await rm(folder, { recursive: true });
    }
  });
});

describe('models', () => {
  test('come through the proxy, whole, with a token that only the hub sees', async () => {
    const hosts: Record<string, number> = {};
    proxy = await forwardProxy(hosts);
    const env = { http_proxy: proxy.url };
    const bench = await modelBench({ hub_url: 'http://hub.test', fetch: fetchThrough(env) });
    onTestFinished(() => bench.stop());
    hosts['hub.test:80'] = Number(new URL(bench.hub.url).port);
    const weights = 'w'.repeat(3_000_000);
    bench.hub.commit('org/tiny', { a: '1', w: Buffer.from(weights) }, { token: 't0ken' });
    const launch = modelLaunch({ token_secret: 'hub' });
    const folder = await bench.ensure(launch, { secrets: new Map([['hub', 't0ken']]) });
    expect(await contentOf(folder)).toEqual({ a: '1', w: weights });
    expect(proxy.seen.length).toBeGreaterThan(2);
    expect(proxy.seen.every((line) => line.startsWith('GET http://hub.test/'))).toBe(true);
  });

  test('a redirect takes no token to another origin, and goes through the proxy of that', async () => {
    const heard: (string | undefined)[] = [];
    const server = createHttpServer((call, reply) => {
      heard.push(call.headers.authorization);
      if (call.headers.host !== 'one.test') return reply.end('there');
      return reply.writeHead(302, { location: 'http://two.test/x' }).end();
    });
    const port = await listen(server);
    proxy = await forwardProxy({ 'one.test:80': port, 'two.test:80': port });
    const through = fetchThrough({ HTTP_PROXY: proxy.url });
    const headers = { authorization: 'Bearer t' };
    const reply = await through('http://one.test/', { headers });
    expect([reply.url, await reply.text()]).toEqual(['http://two.test/x', 'there']);
    expect(heard).toEqual(['Bearer t', undefined]);
    const manual = await through('http://one.test/', { redirect: 'manual' });
    expect(manual.status).toBe(302);
    await manual.body?.cancel();
  });

  test('an abort ends a body that stands still', async () => {
    const server = createHttpServer((_, reply) => void reply.write('half'));
    const port = await listen(server);
    onTestFinished(() => server.closeAllConnections());
    proxy = await forwardProxy({ 'one.test:80': port });
    const abort = new AbortController();
    const through = fetchThrough({ HTTP_PROXY: proxy.url });
    const reply = await through('http://one.test/', { signal: abort.signal });
    const text = reply.text();
    abort.abort();
    await expect(text).rejects.toThrow();
  });

  test('a proxy that refuses is a fault, not a reply of the hub', async () => {
    proxy = await forwardProxy({});
    const through = fetchThrough({ HTTPS_PROXY: proxy.url.replace('user', 'other') });
    const reply = await through('https://one.test/').catch((error: unknown) => error);
    expect(reply instanceof Response ? reply.status : 'fault').not.toBe(200);
  });
});
