import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildAll } from './build.ts';
import { processIdentity } from './process/identity.ts';
import { typescriptCommand } from './typescript.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-main-'));
const newHome = () => join(mkdtempSync(join(folder, 'at-')), 'home');
const running = new Set<ChildProcess>();

beforeAll(buildAll, 180_000);
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Start {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | string>;
}

/** `npm start -- --no-agent`, as npm runs it. */
function start(env: Record<string, string>, args = ['--no-agent']): Start {
  const [program, ...command] = typescriptCommand('local/main.ts');
  const child = spawn(program, [...command, ...args], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { child, output: () => output, exit };
}

interface Local {
  url: string;
  admin_token: string;
  pids: { control_plane: number; database: number; agent: null };
}

async function ready(home: string, started: Start): Promise<Local> {
  const file = join(home, 'local.json');
  const ended = { code: null as number | string | null };
  started.exit.then((code) => {
    ended.code = code;
  });
  for (;;) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    if (ended.code !== null) throw new Error(`ended with ${ended.code}: ${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function until<Found>(find: () => Found | undefined): Promise<Found> {
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilGone(pids: (number | null)[]): Promise<void> {
  while (pids.some((pid) => pid !== null && processIdentity(pid) !== null)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a start that works', () => {
  test('answers, and after SIGTERM nothing of it is left but its data, which the next start finds', async () => {
    const home = newHome();
    const first = start({ LONGSHORE_HOME: home });
    const local = await ready(home, first);
    expect(statSync(join(home, 'local.json')).mode & 0o777).toBe(0o600);
    expect((await fetch(`${local.url}/healthz`)).status).toBe(200);
    const headers = { authorization: `Bearer ${local.admin_token}` };
    const hosts = await fetch(`${local.url}/api/v1/hosts`, { headers });
    expect(hosts.status).toBe(200);
    expect((await fetch(`${local.url}/`)).headers.get('content-type')).toContain('text/html');
    // A page of the dashboard, as every path that is nothing else: not the runtime's own handler.
    const trigger = await fetch(`${local.url}/cdn-cgi/handler/scheduled`);
    expect(trigger.headers.get('content-type')).toContain('text/html');
    const body = JSON.stringify({ name: 'kept' });
    const made = await fetch(`${local.url}/api/v1/orgs`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    expect(made.status).toBe(201);

    const second = start({ LONGSHORE_HOME: home });
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain('runs already on this home');

    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);
    await untilGone(Object.values(local.pids));
    expect(existsSync(join(home, 'local.json'))).toBe(false);
    expect(first.output()).toMatch(/^Longshore is ready at http:\/\/127\.0\.0\.1:\d+;.*\n/m);
    expect(first.output()).not.toContain(local.admin_token);

    const third = start({ LONGSHORE_HOME: home });
    const again = await ready(home, third);
    expect(again.admin_token).toBe(local.admin_token);
    const twin = await fetch(`${again.url}/api/v1/orgs`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
    });
    expect(twin.status).toBe(409);
    third.child.kill('SIGINT');
    expect(await third.exit).toBe(0);
  }, 60_000);

  test('the link that it prints signs its user in, once, as an administrator of everything', async () => {
    const home = newHome();
    const started = start({ LONGSHORE_HOME: home });
    const { url } = await ready(home, started);
    const printed = await until(
      () => /^ {2}(http.*\/sign-in#code=.*)$/m.exec(started.output())?.[1],
    );
    const link = new URL(printed);
    expect(link.origin).toBe(url);
    const redeem = () =>
      fetch(`${url}/api/auth/sign-in-links/redeem`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({ code: link.hash.replace('#code=', '') }),
      });
    const signedIn = await redeem();
    expect(signedIn.status).toBe(200);
    const [cookie = ''] = signedIn.headers.get('set-cookie')?.split(';') ?? [];
    const me = await fetch(`${url}/api/v1/me`, { headers: { cookie } });
    expect(await me.json()).toMatchObject({
      kind: 'person',
      role: 'platform',
      org: { id: 'org_default' },
      orgs: [{ id: 'org_default', role: 'admin' }],
    });
    expect((await redeem()).status).toBe(422);
    started.child.kill('SIGTERM');
    expect(await started.exit).toBe(0);

    const again = start({ LONGSHORE_HOME: home });
    const next = await until(() => /#code=(.*)$/m.exec(again.output())?.[1]);
    expect(printed).not.toContain(next);
    again.child.kill('SIGTERM');
    expect(await again.exit).toBe(0);
  }, 60_000);

  test('killed hard, its parts end with it', async () => {
    const home = newHome();
    const killed = start({ LONGSHORE_HOME: home });
    const { pids } = await ready(home, killed);
    killed.child.kill('SIGKILL');
    await untilGone(Object.values(pids));
  }, 60_000);

  test.each(['control_plane', 'database'] as const)(
    'without its %s it ends with a message',
    async (part) => {
      const home = newHome();
      const broken = start({ LONGSHORE_HOME: home });
      const { pids } = await ready(home, broken);
      process.kill(pids[part], 'SIGKILL');
      expect(await broken.exit).toBe(1);
      expect(broken.output()).toContain('was ended by SIGKILL');
      await untilGone(Object.values(pids));
    },
    60_000,
  );
});

describe('a start that cannot work ends with 1, a message and a hint, and leaves nothing', () => {
  test('the port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = String(typeof address === 'object' && address ? address.port : 0);
    const home = newHome();
    const refused = start({ LONGSHORE_HOME: home, PORT: port });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toMatch(new RegExp(`Port ${port} .*is taken[^]*PORT=`));
    expect(existsSync(join(home, 'lock'))).toBe(false);
    expect(existsSync(join(home, 'processes.json'))).toBe(false);
    server.close();
  });

  test.each([
    ['a file', (home: string) => writeFileSync(home, ''), 'a file is in its place'],
    [
      'below a file',
      (home: string) => writeFileSync(join(home, '..'), ''),
      'a file is in its place',
    ],
  ])('the home is %s', async (name, make, message) => {
    const parent = newHome();
    const home = name === 'a file' ? parent : join(parent, 'home');
    make(home);
    const refused = start({ LONGSHORE_HOME: home });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain(message);
    expect(refused.output()).toContain('LONGSHORE_HOME=');
  });

  test.skipIf(process.getuid?.() === 0)('the home cannot be written', async () => {
    const home = newHome();
    mkdirSync(home);
    chmodSync(home, 0o500);
    const refused = start({ LONGSHORE_HOME: home });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain('may not write there');
  });

  test('no Docker engine for the agent', async () => {
    const home = newHome();
    const env = { LONGSHORE_HOME: home, DOCKER_HOST: `unix://${folder}/none.sock` };
    const refused = start(env, []);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain('No Docker engine answers');
    expect(existsSync(join(home, 'lock'))).toBe(false);
  });

  test('an address that is not of this machine', async () => {
    const refused = start({ LONGSHORE_HOME: newHome(), HOST: '192.0.2.1' });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain('not an address of this machine');
  });

  test('a damaged token', async () => {
    const home = newHome();
    mkdirSync(home);
    writeFileSync(join(home, 'admin-token'), 'lsa_');
    const refused = start({ LONGSHORE_HOME: home });
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain('admin-token is damaged');
  });

  test('Ctrl-C before it is ready', async () => {
    const home = newHome();
    const stopped = start({ LONGSHORE_HOME: home });
    while (!existsSync(join(home, 'processes.json'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    stopped.child.kill('SIGINT');
    expect(await stopped.exit).toBe(130);
    expect(stopped.output()).toContain('Stopped before it was ready');
    expect(existsSync(join(home, 'processes.json'))).toBe(false);
  });
});
