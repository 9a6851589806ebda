import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Ran {
  code: number;
  /** stdout and stderr, as they came. */
  output: string;
}

/** A root folder in which nothing is installed yet; programs are those of this machine. */
export interface CleanRoot {
  /** Of a path in it, where this machine sees it. */
  at(path: string): string;
  /** Runs a shell script in it, as root, with nothing in its environment but PATH and what is given. */
  sh(script: string, env?: Record<string, string>): Promise<Ran>;
  /** The same, to go on; what the script is replaced by gets the signals. */
  start(script: string): ChildProcess;
  remove(): void;
}

/**
 * Made of folders of its own for /etc, /opt, /var, /run, /root and /tmp, and of this machine's /usr, which scripts in it
 * cannot write. It is mounted in a namespace of each run, and gone with it.
 */
export function cleanRoot(dockerSocket: string): CleanRoot {
  const root = mkdtempSync(join(tmpdir(), 'longshore-root-'));
  chmodSync(root, 0o755);
  const at = (path: string) => join(root, path);
  for (const folder of ['opt', 'var/lib', 'run', 'root', 'tmp', 'usr', 'proc', 'dev', 'sys']) {
    mkdirSync(at(folder), { recursive: true });
  }
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (existsSync(`/usr/${name}`)) symlinkSync(`usr/${name}`, at(name));
  }
  symlinkSync('/run', at('var/run'));
  mkdirSync(at('etc/systemd/system'), { recursive: true });
  for (const file of ['passwd', 'group', 'hosts', 'nsswitch.conf', 'ld.so.cache', 'alternatives']) {
    if (existsSync(`/etc/${file}`)) cpSync(`/etc/${file}`, at(`etc/${file}`), { recursive: true });
  }
  writeFileSync(at('run/docker.sock'), '');
  const enter = [
    'mount --rbind /usr "$ROOT/usr" && mount -o remount,bind,ro "$ROOT/usr"',
    'mount --rbind /proc "$ROOT/proc" && mount --rbind /dev "$ROOT/dev"',
    `mount --bind "$DOCKER" "$ROOT/run/docker.sock"`,
    'exec chroot "$ROOT" /usr/bin/env -i "$@"',
  ].join('\n');
  const command = (script: string, env: Record<string, string>): string[] => {
    const path = `${dirname(process.execPath)}:/usr/sbin:/usr/bin`;
    const words = Object.entries({ PATH: path, HOME: '/root', ...env }).map(
      ([name, value]) => `${name}=${value}`,
    );
    return ['--mount', 'sh', '-ec', enter, 'sh', ...words, 'sh', '-c', script];
  };
  const env = { PATH: process.env.PATH, ROOT: root, DOCKER: dockerSocket };
  return {
    at,
    sh: (script, settings = {}) =>
      new Promise((resolve) => {
        const options = { env, timeout: 60_000 };
        execFile('unshare', command(script, settings), options, (error, stdout, stderr) => {
          const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
          resolve({ code, output: `${stdout}${stderr}` });
        });
      }),
    start: (script) => spawn('unshare', command(script, {}), { env, stdio: 'ignore' }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
