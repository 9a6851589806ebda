import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { createEngine } from './engine-client.ts';
import { EngineAwayError, EngineRefusedError } from './errors.ts';
import { callEngine, readBody } from './transport.ts';

let folder: string;
let socket: string;
let server: Server;
let answer: RequestListener;
let asked: string[];
let starting: boolean;
let engine: Engine;

/** An engine that says what a test wants, over a real socket. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-engine-'));
  socket = join(folder, 'docker.sock');
  asked = [];
  starting = false;
  answer = (_, reply) => reply.writeHead(500).end();
  server = createServer((request, reply) => {
    const url = request.url ?? '';
    asked.push(`${request.method} ${url}`);
    if (starting) reply.writeHead(503).end('starting');
    else if (url === '/version') {
      reply.end('{"Version":"28.0.0","ApiVersion":"1.48","MinAPIVersion":"1.44"}');
    } else answer(request, reply);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  engine = createEngine(socket);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const noSignal = new AbortController().signal;
const pull = (signal = noSignal, onProgress = () => {}) =>
  engine.pull('registry:5000/a:1', { signal, login: null, onStep: () => {}, onProgress });

/** The engine has the image once it was pulled. */
function pulls(lines: string, status = 200): void {
  answer = (request, reply) => {
    const isPull = request.url?.includes('/images/create') ?? false;
    if (isPull) reply.writeHead(status).end(lines);
    else
      reply.writeHead(lines.includes('Downloaded') ? 200 : 404).end('{"message":"no such image"}');
  };
}

describe('pull', () => {
  test('asks for one tag and succeeds when the engine has the image', async () => {
    let progress = 0;
    pulls(
      '{"status":"Downloading","progressDetail":{"current":1,"total":2}}\n{"status":"Status: Downloaded"}\n',
    );
    await pull(noSignal, () => progress++);
    expect(progress).toBe(2);
    expect(asked).toContain('POST /v1.44/images/create?fromImage=registry%3A5000%2Fa&tag=1');
  });

  test('carries a login in the form that the engine reads, and none where there is none', async () => {
    const headers: unknown[] = [];
    pulls('{"status":"Status: Downloaded"}\n');
    const withImage = answer;
    answer = (request, reply) => {
      if (request.method === 'POST') headers.push(request.headers['x-registry-auth']);
      withImage(request, reply);
    };
    // Of lengths and letters that make padding, "+" and "/" in plain base64.
    for (const password of ['~~~?>>>', '~~~?>>>>', 'ÿÿÿÿ']) {
      const login = { server: 'docker.io', username: 'ci', password };
      const noWords = { onStep: () => {}, onProgress: () => {} };
      await engine.pull('redis', { signal: noSignal, login, ...noWords });
      const header = String(headers.at(-1));
      expect(header).toMatch(/^[A-Za-z0-9_-]+={0,2}$/);
      expect(header.length % 4).toBe(0);
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
        username: 'ci',
        password,
        serveraddress: 'https://index.docker.io/v1/',
      });
    }
    await pull();
    expect(headers.at(-1)).toBeUndefined();
  });

  test('an error in the stream of a 200 is an error', async () => {
    pulls(
      '{"status":"Pulling"}\n{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}\n',
    );
    await expect(pull()).rejects.toThrow(new EngineRefusedError(500, 'manifest unknown'));
  });

  test('a stream that ends without an error and without the image is an error', async () => {
    pulls('{"status":"Pulling"}\n');
    await expect(pull()).rejects.toThrow(/ended without the image/);
  });

  test("a proxy's page in the stream is an error", async () => {
    pulls('<html>Bad gateway</html>\n');
    await expect(pull()).rejects.toThrow(/not a line of a pull/);
  });

  test('a refusal keeps its status', async () => {
    pulls('{"message":"pull access denied"}', 404);
    await expect(pull()).rejects.toMatchObject({ status: 404, message: 'pull access denied' });
  });

  test('an abort ends it', async () => {
    const abort = new AbortController();
    answer = (_, reply) => {
      reply.write('{"status":"Downloading"}\n');
      abort.abort();
    };
    await expect(pull(abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a cut connection is no answer', async () => {
    answer = (_, reply) => {
      reply.write('{"status":"Downloading"}\n', () => reply.destroy());
    };
    await expect(pull()).rejects.toThrow(EngineAwayError);
  });
});

describe('calls', () => {
  test('what is not there is null or fine, not an error', async () => {
    answer = (_, reply) => reply.writeHead(404).end('{"message":"No such container: x"}');
    expect(await engine.inspect('x')).toBeNull();
    expect(await engine.hasImage('x')).toBe(false);
    await engine.stop('x', 1);
    await engine.remove('x');
  });

  test('a container that runs already is started', async () => {
    answer = (_, reply) => reply.writeHead(304).end();
    await engine.start('x');
  });

  test('a taken name keeps its status and words', async () => {
    answer = (_, reply) => reply.writeHead(409).end('{"message":"Conflict."}');
    const creation = engine.list('a=b');
    await expect(creation).rejects.toMatchObject({ status: 409, message: 'Conflict.' });
  });

  test('a reply of another form is refused', async () => {
    answer = (_, reply) => reply.end('[{"Id":1}]');
    await expect(engine.list('a=b')).rejects.toThrow(/unknown reply \(at "0.Id"\)/);
  });

  test('the version is agreed upon once, and again after the engine was away', async () => {
    answer = (_, reply) => reply.end('[]');
    await engine.list('a=b');
    await engine.list('a=b');
    expect(asked.filter((call) => call === 'GET /version')).toHaveLength(1);
    answer = (request) => request.socket.destroy();
    await expect(engine.list('a=b')).rejects.toThrow(EngineAwayError);
    answer = (_, reply) => reply.end('[]');
    await engine.list('a=b');
    expect(asked.filter((call) => call === 'GET /version')).toHaveLength(2);
  });

  test('a refusal instead of the version does not stay for good', async () => {
    starting = true;
    await expect(engine.list('a=b')).rejects.toThrow(EngineRefusedError);
    starting = false;
    answer = (_, reply) => reply.end('[]');
    expect(await engine.list('a=b')).toEqual([]);
  });

  test('how it is set up is asked without a version, which would hide what is newer', async () => {
    answer = (_, reply) =>
      reply.end(
        '{"Runtimes":{"runc":{},"nvidia":{"path":"x"}},"DefaultRuntime":"runc","DockerRootDir":"/var/lib/docker","DiscoveredDevices":[{"Source":"cdi","ID":"nvidia.com/gpu=0"},{"Source":"x","ID":"y"}]}',
      );
    expect(await engine.info()).toEqual({
      runtimes: ['runc', 'nvidia'],
      default_runtime: 'runc',
      root_folder: '/var/lib/docker',
      cdi_devices: ['nvidia.com/gpu=0'],
    });
    expect(asked).toEqual(['GET /info']);
    answer = (_, reply) => reply.end('{}');
    expect(await engine.info()).toMatchObject({ runtimes: [], cdi_devices: [] });
  });

  test('no socket is no answer', async () => {
    const nowhere = createEngine(join(folder, 'nothing.sock'));
    await expect(nowhere.version()).rejects.toThrow(EngineAwayError);
    await expect(nowhere.list('a=b')).rejects.toThrow(EngineAwayError);
  });
});

describe('events', () => {
  test('flow until the stream ends, which is always a gap', async () => {
    const seen: string[] = [];
    answer = (_, reply) => {
      reply.write('{"Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":{}}}\n');
      reply.end('{"Type":"container","Action":"start","Actor":{"ID":"c2"}}\n');
    };
    const following = engine.events('a=b', {
      signal: noSignal,
      onOpen: () => seen.push('open'),
      onEvent: ({ action, container_id }) => seen.push(`${action} ${container_id}`),
    });
    await expect(following).rejects.toThrow(EngineAwayError);
    expect(seen).toEqual(['open', 'die c1', 'start c2']);
    expect(decodeURIComponent(asked.at(-1) ?? '')).toContain('"label":["a=b"]');
  });
});

describe('limits', () => {
  const call = (limits: Parameters<typeof callEngine>[1]['limits']) =>
    callEngine(socket, { method: 'GET', path: '/x', limits }, (reply) => readBody(reply, 1000));

  test('an engine that says nothing is away', async () => {
    answer = () => {};
    await expect(call({ total_ms: 30 })).rejects.toThrow(/did not answer for 0.03 s/);
  });

  test('an engine that stops in the middle is away', async () => {
    answer = (_, reply) => reply.write('half');
    await expect(call({ total_ms: 30 })).rejects.toThrow(EngineAwayError);
    await expect(call({ head_ms: 10_000, stall_ms: 30 })).rejects.toThrow(
      /sent nothing for 0.03 s/,
    );
  });

  test('a body that is too long is cut', async () => {
    answer = (_, reply) => reply.end('x'.repeat(5000));
    expect((await call({ total_ms: 10_000 })).length).toBe(1000);
  });
});
