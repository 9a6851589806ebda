import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ImageOptions, pushImage } from './registry-push.ts';

const run = promisify(execFile);

/** A real registry on loopback, which Docker engines take without TLS. It shows nothing to those who do not log in. */
export interface TestRegistry {
  /** `127.0.0.1:port` */
  server: string;
  username: string;
  password: string;
  /** Makes an image of random bytes, or of what the options say; gives its digest. */
  push(repository: string, tag: string, options?: ImageOptions): Promise<string>;
  /** Takes over an image of this machine's engine, which gets the name `server/repository:tag` for it too. */
  take(image: string, repository: string, tag: string): Promise<void>;
  stop(): Promise<void>;
}

const username = 'longshore';
const password = 'right-pass-word';
/** Made by `htpasswd -Bbn longshore right-pass-word`: the registry takes bcrypt only. */
const htpasswd = 'longshore:$2y$05$iACZKQ06ryfJrlXUdyL3v.pe1upSesvur4aFsU0l64JkUuDWGLUb.\n';

export async function startRegistry(program: string): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-registry-'));
  writeFileSync(join(folder, 'htpasswd'), htpasswd);
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: '127.0.0.1:0' },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  // YAML takes JSON.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn(program, ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killIt = () => child.kill('SIGKILL');
  process.once('exit', killIt);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const server = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 100_000) said += text;
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    void ended.then(() => reject(new Error(`the registry did not start: ${said}`)));
  });
  return {
    server,
    username,
    password,
    push: (repository, tag, options = {}) =>
      pushImage({ url: `http://${server}`, username, password }, { repository, tag, ...options }),
    async take(image, repository, tag) {
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      const auths = JSON.stringify({ auths: { [server]: { auth } } });
      writeFileSync(join(folder, 'config.json'), auths);
      const name = `${server}/${repository}:${tag}`;
      await run('docker', ['tag', image, name]);
      await run('docker', ['--config', folder, 'push', '--quiet', name]);
    },
    async stop() {
      killIt();
      await ended;
      process.off('exit', killIt);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
