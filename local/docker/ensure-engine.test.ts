import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { compareApiVersions, ensureDockerEngine, type Step } from './ensure-engine.ts';
import { probeEngine } from './probe.ts';
import type { SetupError } from './setup-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-engine-'));
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An engine on a socket of its own, which DOCKER_HOST names. */
async function listen(handler: RequestListener): Promise<string> {
  const socketPath = join(mkdtempSync(join(folder, 'at-')), 'docker.sock');
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return socketPath;
}

function engineOf(version: object): RequestListener {
  return (req, res) => res.end(req.url === '/_ping' ? 'OK' : JSON.stringify(version));
}

function ensure(socketPath: string, onStep: (step: Step) => void = () => {}) {
  const env = { DOCKER_HOST: `unix://${socketPath}` };
  return ensureDockerEngine({ env, onStep, allowInstall: false, probe_deadline_ms: 200 });
}

describe('an engine is found as it is', () => {
  test('one that answers is left alone', async () => {
    const socketPath = await listen(engineOf({ Version: '20.10.24', ApiVersion: '1.41' }));
    const steps: Step[] = [];
    expect(await ensure(socketPath, (step) => steps.push(step))).toEqual({
      socketPath,
      version: '20.10.24',
      startedByUs: false,
      installedByUs: false,
    });
    expect(steps).toMatchObject([
      { state: 'begun', name: 'Docker engine' },
      { state: 'done', name: 'Docker engine', result: '20.10.24' },
    ]);
  });

  const table: [string, RequestListener, string][] = [
    ['too old', engineOf({ Version: '19.03.1', ApiVersion: '1.40' }), 'too old'],
    ['silent', () => {}, 'no answer in time'],
    ['not an engine', engineOf({ hello: 1 }), 'names no version'],
    ['a web page', (_req, res) => res.end('<html>'), 'does not answer like a Docker engine'],
    ['an error', (_req, res) => res.writeHead(503).end(), '/_ping gave 503'],
    ['one that hangs up', (req) => req.destroy(), 'socket hang up'],
  ];
  test.each(table)(
    '%s: an error with a hint, and nothing is started',
    async (_n, handler, text) => {
      const error: SetupError = await ensure(await listen(handler)).catch((e) => e);
      expect(error.name).toBe('SetupError');
      expect(error.message).toContain(text);
      expect(error.hint).not.toBe('');
    },
  );

  test('no engine behind a DOCKER_HOST of its own: nothing is started in its place', async () => {
    await expect(ensure(join(folder, 'none.sock'))).rejects.toThrow('No Docker engine answers');
  });
});

test('a socket that nobody listens on counts as none', async () => {
  const file = join(mkdtempSync(join(folder, 'at-')), 'docker.sock');
  expect(await probeEngine(file)).toEqual({ state: 'nothing' });
  writeFileSync(file, '');
  expect(await probeEngine(file)).toEqual({ state: 'nothing' });
});

test.each([
  ['1.41', '1.41', 0],
  ['1.9', '1.41', -1],
  ['1.44', '1.41', 1],
  ['2.0', '1.41', 1],
])('API version %s against %s', (a, b, sign) => {
  expect(Math.sign(compareApiVersions(a, b))).toBe(sign);
});
