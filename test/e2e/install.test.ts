import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import type { Host } from '../../contract/host.ts';
import { DEMO_IMAGE } from '../../demo/image.ts';
import { agentFile } from '../../local/build.ts';
import type { CleanRoot } from '../support/clean-root.ts';
import { newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { enrolmentToken } from '../support/fake-agent.ts';
import {
  config,
  emptyMachine,
  hostOf,
  hostsOf,
  identity,
  install,
  mode,
  program,
  unit,
  withSystemctl,
} from '../support/installation.ts';
import { hasTool } from '../support/tools.ts';
import { until } from '../support/until.ts';

const { url } = inject('stack');

describe('what the control plane serves for it', () => {
  test('the script, the agent and its digest, to anybody', async () => {
    const script = await fetch(`${url}/install.sh`);
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toBe('text/x-shellscript; charset=utf-8');
    const agent = await fetch(`${url}/agent/longshore-agent.mjs`);
    expect(agent.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const bytes = Buffer.from(await agent.arrayBuffer());
    expect(bytes.equals(readFileSync(agentFile))).toBe(true);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const text = await script.text();
    expect(text).toContain(`agent_sha256='${sha256}'`);
    expect(text).toContain(`origin='${url}'`);
    expect(text).not.toMatch(/@[A-Z0-9_]+@/);
    const digest = await fetch(`${url}/agent/longshore-agent.mjs.sha256`);
    expect(await digest.text()).toBe(`${sha256}  longshore-agent.mjs\n`);
    expect((await fetch(`${url}/agent/install.sh`)).status).toBe(404);
    expect((await fetch(`${url}/agent/other`)).status).toBe(404);
  });

  const withHost = (host: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const call = request(
        { hostname, port, path: '/install.sh', headers: { ...headers, host }, setHost: false },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
        },
      );
      call.on('error', reject).end();
    });

  test.each(["a'b", "x';reboot;'", '$(reboot)', 'a b', 'a`b`', '-x'])(
    'a host name %j gets into no script',
    async (host) => {
      const { status, text } = await withHost(host);
      if (status === 200) expect(text).not.toContain(host);
      else expect(status).toBeGreaterThanOrEqual(400);
    },
  );

  test('behind a proxy that ends TLS the script uses TLS', async () => {
    const plain = await withHost('longshore.example:8443');
    expect(plain.text).toContain("origin='http://longshore.example:8443'");
    const proxied = await withHost('longshore.example', { 'x-forwarded-proto': 'https' });
    expect(proxied.text).toContain("origin='https://longshore.example'");
  });

  test.skipIf(!hasTool('shellcheck', 'shellcheck'))('shellcheck has nothing to say', async () => {
    const input = await (await fetch(`${url}/install.sh`)).text();
    const { status, stdout } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  test('a script that was cut anywhere does nothing', async () => {
    const text = await (await fetch(`${url}/install.sh`)).text();
    const last = text.lastIndexOf('main "$@"');
    for (const cut of [
      100,
      text.indexOf('install_agent()'),
      Math.floor(text.length / 2),
      last - 1,
      last + 2,
    ]) {
      const ran = spawnSync('sh', ['-s', '--', '--help'], {
        input: text.slice(0, cut),
        encoding: 'utf8',
      });
      expect(ran.stdout, `cut after ${cut} characters`).toBe('');
    }
    const whole = spawnSync('sh', ['-s', '--', '--help'], { input: text, encoding: 'utf8' });
    expect(whole.stdout).toContain('--uninstall');
  });
});

describe('on a machine with systemd', () => {
  // Five whole installations.
  dockerTest('it installs, runs again safely, and uninstalls', { timeout: 180_000 }, async () => {
    const client = await newOrg();
    const root = emptyMachine();
    const { env, calls } = withSystemctl(root);
    const token = await enrolmentToken(client);
    const first = await install(root, `--token ${token} --name 'gpu one' --ports 24000-24009`, {
      ...env,
      HTTPS_PROXY: 'http://127.0.0.1:9',
    });
    expect(first.code, first.output).toBe(0);
    expect(first.output).toContain('runs as the service longshore-agent');
    expect(first.output).toMatch(/ok {7}Docker .* answers/);
    expect(calls()).toEqual([
      'daemon-reload',
      'enable longshore-agent.service',
      'restart longshore-agent.service',
    ]);
    expect(readFileSync(root.at(program)).equals(readFileSync(agentFile))).toBe(true);
    expect([
      mode(root.at(config)),
      mode(root.at('/var/lib/longshore')),
      mode(root.at(identity)),
    ]).toEqual([0o600, 0o700, 0o600]);
    expect(readFileSync(root.at(config), 'utf8').trim().split('\n').sort()).toEqual([
      "HTTPS_PROXY='http://127.0.0.1:9'",
      "LONGSHORE_NAME='gpu one'",
      "LONGSHORE_PORTS='24000-24009'",
      `LONGSHORE_URL='${url}'`,
    ]);
    const [host, ...others] = await hostsOf(client);
    // Which is what of it a host may be called.
    expect([host?.name, host?.id, others]).toEqual(['gpu-one', hostOf(root), []]);

    // The token is used up, and not needed.
    writeFileSync(root.at(program), 'an older agent');
    const again = await install(root, '--ports 25000-25009', env);
    expect(again.code, again.output).toBe(0);
    expect(again.output).toContain('is enrolled already');
    expect(hostOf(root)).toBe(host?.id);
    expect(await hostsOf(client)).toHaveLength(1);
    expect(readFileSync(root.at(program)).equals(readFileSync(agentFile))).toBe(true);
    expect(readFileSync(root.at(config), 'utf8')).toContain("LONGSHORE_NAME='gpu one'");
    expect(readFileSync(root.at(config), 'utf8')).toContain("LONGSHORE_PORTS='25000-25009'");
    expect(readFileSync(root.at(config), 'utf8')).not.toContain('24000');
    // Nothing of it is left anywhere.
    const kept = spawnSync('grep', [
      '-r',
      token,
      root.at('/etc'),
      root.at('/opt'),
      root.at('/var/lib'),
      root.at('/tmp'),
    ]);
    expect(kept.stdout.toString()).toBe('');
    expect(readdirSync(root.at('/opt/longshore'))).toEqual(['longshore-agent.mjs']);

    writeFileSync(root.at('/etc/longshore/policy.yaml'), '{}');
    const gone = await install(root, '--uninstall', env);
    expect(gone.code, gone.output).toBe(0);
    expect(calls().slice(-2)).toEqual(['disable --now longshore-agent.service', 'daemon-reload']);
    expect([program, unit, '/opt/longshore'].filter((path) => existsSync(root.at(path)))).toEqual(
      [],
    );
    expect(hostOf(root)).toBe(host?.id);

    const back = await install(root, '', env);
    expect(back.code, back.output).toBe(0);
    expect(hostOf(root)).toBe(host?.id);
    const purged = await install(root, '--uninstall --purge', env);
    expect(purged.code, purged.output).toBe(0);
    expect(existsSync(root.at('/var/lib/longshore'))).toBe(false);
    expect(existsSync(root.at(config))).toBe(false);
    expect(existsSync(root.at('/etc/longshore/policy.yaml'))).toBe(true);
    expect((await install(root, '--uninstall --purge', env)).code).toBe(0);
  });

  dockerTest('the unit is one that systemd takes, and is locked down', async () => {
    if (!hasTool('systemd-analyze', 'systemd')) return;
    const client = await newOrg();
    const root = emptyMachine();
    const { env } = withSystemctl(root);
    const models = '--models /srv/models';
    const done = await install(root, `--token ${await enrolmentToken(client)} ${models}`, env);
    expect(done.code, done.output).toBe(0);
    const file = root.at(unit);
    expect(readFileSync(file, 'utf8')).toMatch(/^ReadWritePaths=-\/srv\/models$/m);
    const analyze = (...args: string[]) => {
      const ran = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' });
      return { status: ran.status, output: ran.stdout + ran.stderr };
    };
    expect(analyze('verify', '--man=no', '--generators=no')).toEqual({ status: 0, output: '' });
    const security = analyze('security', '--no-pager', '--offline=yes', '--threshold=30');
    const [exposure = ''] = /exposure level.*/.exec(security.output) ?? [];
    console.log(exposure);
    expect(security.status, security.output).toBe(0);
    expect(Number(/: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(3);
  });
});

describe('on a machine without systemd', () => {
  dockerTest(
    'what it says starts the agent, and an uninstall takes its containers along',
    async () => {
      const client = await newOrg();
      const root = emptyMachine();
      const token = await enrolmentToken(client);
      const done = await install(root, `--token ${token} --ports 24010-24019 --address 127.0.0.1`);
      expect(done.code, done.output).toBe(0);
      expect(existsSync(root.at(unit))).toBe(false);
      const hostId = hostOf(root);
      const [, byHand = ''] = /^ {2}(set -a; .* run)$/m.exec(done.output) ?? [];
      const agent = root.start(byHand);
      onTestFinished(() => void agent.kill('SIGKILL'));
      await until('the host is there', async () => {
        const { body } = await client.call<Host>('GET', `/api/v1/hosts/${hostId}`);
        return body.status === 'online' && body.inventory?.port_range.first === 24_010;
      });
      const yaml = `backend_name: stand-in
default_run_command: serve {{model_path}} --host {{worker_ip}} --port {{port}}
version_configs:
  v1: { image_name: ${DEMO_IMAGE}, custom_framework: cpu }
`;
      await client.call('POST', '/api/v1/backends', undefined, { yaml });
      const model = { source: 'local_path', path: '/etc/hosts' };
      const made = { name: 'model', backend_name: 'stand-in', model };
      expect((await client.call('POST', '/api/v1/deployments', made)).status).toBe(201);
      await until('its container is made', async () => {
        return (await docker().containersOf(hostId)).length === 1;
      });

      const ended = once(agent, 'exit');
      agent.kill('SIGTERM');
      await ended;
      expect(await docker().containersOf(hostId)).toHaveLength(1);
      const kept = await install(root, '--uninstall --keep-containers');
      expect(kept.code, kept.output).toBe(0);
      expect(await docker().containersOf(hostId)).toHaveLength(1);
      expect((await install(root)).code).toBe(0);
      const gone = await install(root, '--uninstall');
      expect(gone.code, gone.output).toBe(0);
      expect(await docker().containersOf(hostId)).toEqual([]);
    },
  );
});

describe('it refuses, and changes nothing', () => {
  const untouched = (root: CleanRoot) =>
    ['/opt/longshore/longshore-agent.mjs', config, identity, unit].every(
      (path) => !existsSync(root.at(path)),
    );

  dockerTest('an agent whose digest is another', async () => {
    const root = emptyMachine();
    const old = '/opt/longshore/longshore-agent.mjs';
    mkdirSync(root.at('/opt/longshore'));
    writeFileSync(root.at(old), 'the agent that is here');
    const other = createServer((_, reply) => reply.end('#!/usr/bin/env node\nevil()\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo; // it listens on TCP
    const ran = await install(root, `--token lse_x --url http://127.0.0.1:${port}`);
    expect(ran.code).toBe(1);
    expect(ran.output).toMatch(
      /has the SHA-256 [0-9a-f]{64}, not [0-9a-f]{64} as this script says/,
    );
    expect(readdirSync(root.at('/opt/longshore'))).toEqual(['longshore-agent.mjs']);
    expect(readFileSync(root.at(old), 'utf8')).toBe('the agent that is here');
    rmSync(root.at(old));
    expect(untouched(root)).toBe(true);
  });

  dockerTest.each([
    ['', {}, 'not enrolled. Make an enrolment token'],
    ['--token', {}, '--token needs a value'],
    ['--colour', {}, '"--colour" is not understood'],
    ['--purge', {}, 'go with --uninstall'],
    [`--token x --name "a'b"`, {}, 'quotes and line ends are not possible'],
    ['--token x --models here', {}, '--models must be an absolute path'],
    ['--token x --url ftp://a', {}, 'Give the address of the control plane'],
    [
      '--token x',
      { DOCKER_HOST: 'unix:///run/none.sock' },
      'No Docker engine answers at /run/none',
    ],
    ['--token x', { DOCKER_HOST: 'tcp://10.0.0.1:2375' }, 'needs a socket on this machine'],
    ['--token x --node /usr/bin/nothing', {}, 'There is no Node here'],
    ['--token x --node /opt/node18', {}, '/opt/node18 is v18.0.0'],
  ])('%j %j', async (args, env, message) => {
    const root = emptyMachine();
    const old = '#!/bin/sh\n[ "$1" = --version ] && echo v18.0.0 && exit 0\nexit 1\n';
    writeFileSync(root.at('/opt/node18'), old, { mode: 0o755 });
    const ran = await install(root, args, env);
    expect(ran.output).toContain(message);
    expect(ran.code).toBe(1);
    expect(untouched(root)).toBe(true);
  });

  dockerTest('whoever is not root', async () => {
    const root = emptyMachine();
    const command = `curl -fsSL ${url}/install.sh | setpriv --reuid 65534 --clear-groups sh -s -- --token x`;
    const ran = await root.sh(command);
    expect(ran.output).toContain('Run this as root');
    expect(ran.code).toBe(1);
    expect(untouched(root)).toBe(true);
  });

  dockerTest('to start an agent whose token is not taken', async () => {
    const root = emptyMachine();
    const { env, calls } = withSystemctl(root);
    const ran = await install(root, '--token lse_wrong', env);
    expect(ran.code).toBe(1);
    expect(ran.output).toContain('The enrolment failed; nothing was started');
    expect(ran.output).not.toContain('lse_wrong');
    expect(calls).toThrow();
    expect(existsSync(root.at(unit))).toBe(false);
  });
});
