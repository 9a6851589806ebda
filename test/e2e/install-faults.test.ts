import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, inject, onTestFinished } from 'vitest';
import { DEMO_IMAGE } from '../../demo/image.ts';
import type { CleanRoot, Ran } from '../support/clean-root.ts';
import { newOrg } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { enrolmentToken } from '../support/fake-agent.ts';
import {
  config,
  emptyMachine,
  hostOf,
  identity,
  install,
  program,
  unit,
  withSystemctl,
} from '../support/installation.ts';

const { url } = inject('stack');

function write(root: CleanRoot, path: string, script: string): void {
  writeFileSync(root.at(path), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** A container of the host, as its agent would have made it, and one that only looks so. */
async function containersOf(hostId: string): Promise<{ own: string; foreign: string }> {
  const instance = hostId.replace('host_', 'ins_');
  const run = async (name: string, labels: string[]) => {
    const flags = labels.flatMap((label) => ['--label', `dev.longshore.${label}`]);
    const id = await docker().cli('run', '-d', '--name', name, ...flags, DEMO_IMAGE, 'serve');
    onTestFinished(async () => {
      await docker().cli('rm', '-f', id);
    });
    return id;
  };
  const host = `host=${hostId}`;
  const all = [host, `instance=${instance}`, 'generation=1', 'spec-hash=x'];
  return {
    own: await run(`longshore-${instance}-1`, all),
    foreign: await run(`longshore-${instance}-2`, [host]),
  };
}

describe('a driver that hangs', () => {
  dockerTest('keeps the service from starting no longer than a while', async () => {
    const root = emptyMachine();
    const { env } = withSystemctl(root);
    const token = await enrolmentToken(await newOrg());
    expect((await install(root, `--token ${token}`, env)).code).toBe(0);
    const text = readFileSync(root.at(unit), 'utf8');
    const [, line = ''] = /^ExecStartPre=\+-(.*)$/m.exec(text) ?? [];
    // As systemd reads it.
    const pre = `PATH=/opt/fake:$PATH; ${line.replaceAll('$$', '$')}`;
    mkdirSync(root.at('/opt/fake'));

    // Without one there is nothing to wait for; one that works is asked, and waited for.
    if (!existsSync('/usr/bin/nvidia-smi')) expect((await root.sh(pre)).code).toBe(0);
    write(root, '/opt/fake/nvidia-smi', 'echo "$*" >/opt/fake/asked');
    const asked = performance.now();
    await root.sh(pre);
    expect(performance.now() - asked).toBeLessThan(15_000);
    expect(readFileSync(root.at('/opt/fake/asked'), 'utf8')).toBe('-L\n');

    // One that no signal ends, and that not even its `timeout` comes back from.
    write(root, '/opt/fake/nvidia-smi', 'trap "" TERM; exec /usr/bin/sleep 60');
    write(root, '/opt/fake/timeout', 'trap "" TERM; /usr/bin/sleep 60');
    write(root, '/opt/fake/sleep', 'echo "$1" >/opt/fake/limit; exec /usr/bin/sleep 1');
    const begun = performance.now();
    await root.sh(pre);
    expect(performance.now() - begun).toBeLessThan(15_000);
    const limit = Number(readFileSync(root.at('/opt/fake/limit'), 'utf8'));
    const [, startLimit] = /^TimeoutStartSec=(\d+)$/m.exec(text) ?? [];
    expect(limit).toBeLessThan(Number(startLimit));
  });
});

describe('a models folder on a disk of its own', () => {
  dockerTest(
    'is not made on the disk below when that is away, and the agent is installed all the same',
    async () => {
      const root = emptyMachine();
      const { env } = withSystemctl(root);
      mkdirSync(root.at('/srv/disk'), { recursive: true });
      const token = await enrolmentToken(await newOrg());
      const script = (args: string) => `curl -fsSL ${url}/install.sh | sh -s -- ${args}`;
      const mounted = 'mount -t tmpfs tmpfs /srv/disk &&';
      const first = await root.sh(
        `${mounted} ${script(`--token ${token} --models /srv/disk/models`)} && test -d /srv/disk/models`,
        env,
      );
      expect(first.code, first.output).toBe(0);

      const away = await root.sh(script(''), env);
      expect(away.code, away.output).toBe(0);
      expect(away.output).toContain('MISSING  The disk that was mounted at /srv/disk is not there');
      expect(existsSync(root.at('/srv/disk/models'))).toBe(false);
      const text = readFileSync(root.at(unit), 'utf8');
      expect(text).toMatch(/^ReadWritePaths=-\/srv\/disk\/models$/m);
      expect(text).toMatch(/^After=.*\bremote-fs\.target\b/m);

      const back = await root.sh(`${mounted} ${script('')}`, env);
      expect(back.output).not.toContain('is not there');
    },
  );
});

describe('a host of another control plane', () => {
  const foreign = { install_id: 'i'.repeat(16), secret: `lsh_${'x'.repeat(43)}` };
  const of = (address: string) =>
    `${JSON.stringify({ ...foreign, url: address, host_id: 'host_other' })}\n`;

  dockerTest('stays what it is, and it is said what to do', async () => {
    const root = emptyMachine();
    mkdirSync(root.at('/var/lib/longshore'));
    writeFileSync(root.at(identity), of('https://other.example'));
    const ran = await install(root, '--token lse_x --name new');
    expect(ran.code).toBe(1);
    expect(ran.output).toContain(
      `host host_other of the control plane at https://other.example, not of ${url}. Nothing was changed.`,
    );
    for (const way of ['--moved', '--uninstall --purge', '--state']) {
      expect(ran.output).toContain(way);
    }
    expect(readFileSync(root.at(identity), 'utf8')).toBe(of('https://other.example'));
    expect([program, config].filter((path) => existsSync(root.at(path)))).toEqual([]);

    const moved = await install(root, '--moved');
    expect(moved.code, moved.output).toBe(0);
    expect(readFileSync(root.at(identity), 'utf8')).toBe(of(url));
    expect(readFileSync(root.at(config), 'utf8')).toContain(`LONGSHORE_URL='${url}'`);
    const again = await install(root);
    expect(again.code, again.output).toBe(0);
  });
});

describe('it is taken away', () => {
  /** Of the programs of this machine only these are in its PATH: no Node, and Docker's command when it is named. */
  function bareTools(root: CleanRoot, ...more: string[]): Record<string, string> {
    mkdirSync(root.at('/opt/bare'));
    for (const tool of ['sh', 'curl', 'sed', 'rm', 'rmdir', 'id', 'uname', 'cat', 'env', ...more]) {
      symlinkSync(`/usr/bin/${tool}`, root.at(`/opt/bare/${tool}`));
    }
    return { PATH: '/opt/bare' };
  }
  async function installed(root: CleanRoot) {
    const token = await enrolmentToken(await newOrg());
    const done = await install(root, `--token ${token}`);
    expect(done.code, done.output).toBe(0);
    const host = hostOf(root);
    return { host, ...(await containersOf(host)) };
  }
  const isGone = (root: CleanRoot, ran: Ran) => {
    expect(ran.code, ran.output).toBe(0);
    expect(ran.output).toContain('uninstalled. What remains:');
    expect([program, unit].filter((path) => existsSync(root.at(path)))).toEqual([]);
  };

  dockerTest('without Node in PATH, by the one that the service has', async () => {
    const root = emptyMachine();
    const { host, foreign } = await installed(root);
    write(root, unit, `ExecStart=${process.execPath} ${program} run`);
    const ran = await install(root, '--uninstall', bareTools(root));
    isGone(root, ran);
    expect(await docker().containersOf(host)).toEqual([foreign]);
  });

  dockerTest("without any Node, by Docker's command, and twice as well as once", async () => {
    const root = emptyMachine();
    const { host, foreign } = await installed(root);
    writeFileSync(root.at('/etc/longshore/policy.yaml'), '{}');
    const env = bareTools(root, 'docker');
    const ran = await install(root, '--uninstall', env);
    isGone(root, ran);
    expect(await docker().containersOf(host)).toEqual([foreign]);
    for (const path of ['/var/lib/longshore', config, '/etc/longshore/policy.yaml']) {
      expect(ran.output).toContain(path);
    }
    isGone(root, await install(root, '--uninstall', env));
    const purged = await install(root, '--uninstall --purge', env);
    isGone(root, purged);
    expect(purged.output).not.toContain('/var/lib/longshore');
    isGone(root, await install(root, '--uninstall --purge', env));
  });

  dockerTest('with neither, and says that its containers run on and how to end them', async () => {
    const root = emptyMachine();
    const { host, own } = await installed(root);
    const ran = await install(root, '--uninstall', bareTools(root));
    isGone(root, ran);
    expect(ran.output).toContain(`label=dev.longshore.host=${host} | xargs docker rm -f`);
    expect(await docker().containersOf(host)).toContain(own);
  });
});

describe('a download', () => {
  dockerTest('that stands still is given up, and the agent that is here stays', async () => {
    const root = emptyMachine();
    const server = createServer((_, reply) => void reply.write('the first bytes'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const { env } = withSystemctl(root);
    // The limits that the script sets, in a shorter time.
    write(
      root,
      '/opt/bin/curl',
      'before=; for word do shift; case $before in --speed-time) word=1 ;; --retry) word=0 ;; esac; before=$word; set -- "$@" "$word"; done; exec /usr/bin/curl "$@"',
    );
    mkdirSync(root.at('/opt/longshore'));
    writeFileSync(root.at(program), 'the agent that is here');
    const ran = await install(root, `--token lse_x --url http://127.0.0.1:${port}`, env);
    expect(ran.code).toBe(1);
    expect(ran.output).toMatch(/curl: \(28\) Operation too slow/);
    expect(ran.output).toContain(`cannot be downloaded from http://127.0.0.1:${port}`);
    expect(readFileSync(root.at(program), 'utf8')).toBe('the agent that is here');
  });
});
