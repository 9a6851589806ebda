import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wranglerCommand, wranglerEnvironment } from '../build/worker.ts';
import { runCommand } from '../docker/command.ts';
import { SetupError } from '../docker/setup-error.ts';
import { repositoryRoot } from '../paths.ts';
import { type Secrets, secretNames } from './secrets.ts';

const WHOAMI_DEADLINE_MS = 60_000;

/** wrangler uploads what it is told to, not what happens to be in our environment. */
function environment(): NodeJS.ProcessEnv {
  const env = wranglerEnvironment();
  for (const name of secretNames) delete env[name];
  return env;
}

/** Throws `SetupError` unless wrangler can act for a Cloudflare account. */
export async function assertSignedIn(): Promise<void> {
  const { code, output } = await runCommand([...wranglerCommand(), 'whoami'], {
    deadline_ms: WHOAMI_DEADLINE_MS,
    env: environment(),
  });
  if (code === 0 && !/not authenticated/i.test(output)) return;
  throw new SetupError(
    'wrangler is not signed in to Cloudflare.',
    'Run npx wrangler login, or set CLOUDFLARE_API_TOKEN (and CLOUDFLARE_ACCOUNT_ID) in the environment.',
  );
}

/** Bundles and uploads the Worker, its secrets with it, so that no version ever runs without them. */
export async function deployWorker(request: { secrets: Secrets; version: string }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-deploy-'));
  try {
    const file = join(folder, 'secrets.json');
    writeFileSync(file, JSON.stringify(request.secrets), { mode: 0o600 });
    await runVisibly(['deploy', '--secrets-file', file, '--var', `VERSION:${request.version}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of a deployment that needs no network. */
export async function tryDeployWorker(version: string): Promise<void> {
  await runVisibly(['deploy', '--dry-run', '--var', `VERSION:${version}`]);
}

async function runVisibly(args: string[]): Promise<void> {
  const [program = '', ...before] = wranglerCommand();
  const child = spawn(program, [...before, ...args, '--cwd', repositoryRoot], {
    stdio: 'inherit',
    env: environment(),
  });
  const [code] = await once(child, 'exit');
  if (code === 0) return;
  throw new SetupError(
    'wrangler could not deploy the Worker; what it says stands above.',
    'Migrations that were applied stay; they fit the old Worker too. Run make deploy again when it is mended.',
  );
}
