import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '../docker/engine.ts';
import { createEngine } from '../docker/engine-client.ts';
import { buildStandIn } from './docker.ts';

/** A Docker engine of a test's own, beside this machine's, to be killed and stopped at will. */
export interface OwnDockerd {
  socket: string;
  engine: Engine;
  /** Resolves when it answers. With live-restore, containers outlive it. */
  start(options: { live_restore: boolean }): Promise<void>;
  /** Resolves when its process is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Its process stands still, with its sockets open, until it goes on. */
  freeze(): void;
  thaw(): void;
  /** Removes its containers, itself and all its files, whatever state it is in. */
  dispose(): Promise<void>;
}

const program = ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'].find((path) =>
  existsSync(path),
);
/** It needs a kernel's worth of rights. */
const canRun = process.platform === 'linux' && process.getuid?.() === 0 && program !== undefined;

/**
 * Null where none can be started, which is said aloud; throws where CI counts on it. `disk_bytes`: all that its images
 * and containers have room in; it then has no stand-in image.
 */
export async function ownDockerd({
  disk_bytes,
}: {
  disk_bytes?: number;
} = {}): Promise<OwnDockerd | null> {
  if (!canRun) {
    const why = 'tests that need a Docker engine of their own (as root, with dockerd installed)';
    if (process.env.CI) throw new Error(`cannot run: ${why}`);
    process.stderr.write(`\nSKIPPED: ${why}\n\n`);
    return null;
  }
  const folder = await mkdtemp(join(tmpdir(), 'longshore-dockerd-'));
  const socket = join(folder, 'docker.sock');
  const pidFile = join(folder, 'pid');
  const logFile = join(folder, 'log');
  // So that nothing of this machine's own engine is read.
  await writeFile(join(folder, 'daemon.json'), '{}');
  if (disk_bytes !== undefined) await mountDisk(join(folder, 'data'), disk_bytes);
  const engine = createEngine(socket);
  let child: ChildProcess | null = null;

  const answers = async () => {
    try {
      await engine.list('longshore=none');
      return true;
    } catch {
      return false; // not yet; why it never does is in its log
    }
  };

  async function start({ live_restore }: { live_restore: boolean }): Promise<void> {
    // Of one that was killed; its containerd goes with it, and may be a zombie that nobody has reaped.
    const containerd = join(folder, 'exec', 'containerd');
    for (const file of [pidFile, join(containerd, 'containerd.pid')])
      await rm(file, { force: true });
    const log = await open(logFile, 'a');
    const args = [
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', pidFile, '--host', `unix://${socket}`],
      ...['--config-file', join(folder, 'daemon.json')],
      // It changes no network of this machine: the bridge is the one that is there. And where both use one containerd, nothing of the other's in it.
      ...['--iptables=false', '--ip6tables=false', '--ip-forward=false'],
      ...['--containerd-namespace', 'longshore-test'],
      ...['--containerd-plugins-namespace', 'longshore-test-plugins'],
      ...(live_restore ? ['--live-restore'] : []),
    ];
    const started = spawn(program ?? '', args, { stdio: ['ignore', log.fd, log.fd], cwd: '/' });
    child = started;
    await log.close();
    for (let tries = 0; !(await answers()); tries++) {
      if (started.exitCode !== null || tries > 300) {
        throw new Error(
          `dockerd does not answer: ${(await readFile(logFile, 'utf8')).slice(-3500)}`,
        );
      }
      await delay(50);
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  }

  async function dispose(): Promise<void> {
    try {
      child?.kill('SIGCONT');
      if (!(await answers())) {
        await end('SIGKILL');
        await start({ live_restore: false });
      }
      const all = await engine.list('');
      await Promise.all(all.map(({ Id }) => engine.remove(Id)));
      await end('SIGTERM');
    } finally {
      await end('SIGKILL');
      await killLeft(folder);
      await unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
    }
  }

  try {
    await start({ live_restore: true });
    if (disk_bytes === undefined) await buildStandIn(socket);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    socket,
    engine,
    start,
    end,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    dispose,
  };
}

async function mountDisk(path: string, bytes: number): Promise<void> {
  await mkdir(path);
  const options = ['-t', 'tmpfs', '-o', `size=${bytes}`, 'longshore-test', path];
  const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
}

/** A killed engine leaves the shims of its containers behind; each names the folder of the engine that it belongs to. */
async function killLeft(folder: string): Promise<void> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      if (line.includes(`${folder}/`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended while it was looked at.
    }
  }
}

/** And its mounts. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const paths = mounts.map((line) => line.split(' ')[4] ?? '');
  for (const path of paths.reverse()) {
    if (path.startsWith(`${folder}/`)) spawnSync('umount', ['--lazy', path]);
  }
}
