import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lastLines, runCommand } from '../docker/command.ts';
import { SetupError } from '../docker/setup-error.ts';
import { inRepository, repositoryRoot } from '../paths.ts';
import { typescriptCommand } from '../typescript.ts';

const DEADLINE_MS = 120_000;

/** The program of wrangler and what must come before its arguments. */
export function wranglerCommand(): string[] {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json');
  return [process.execPath, join(dirname(manifest), 'bin/wrangler.js')];
}

/** wrangler without its telemetry, its banner (which asks the registry for a newer one) and logs in the user's home. */
export function wranglerEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return {
    ...env,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_LOG_PATH: inRepository('dist/wrangler-logs'),
  };
}

/**
 * Bundles the Worker into `folder` as wrangler deploys it (`worker.js` and its source map), with `settings.json` beside
 * it. The folder is replaced as a whole. Throws `SetupError` with wrangler's words.
 */
export async function buildWorker(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  try {
    await Promise.all([
      runTool([...wranglerCommand(), ...bundleArguments(fresh)]),
      runTool([
        ...typescriptCommand('local/build/write-settings.ts'),
        join(fresh, 'settings.json'),
      ]),
    ]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function bundleArguments(folder: string): string[] {
  return ['deploy', '--dry-run', '--outdir', folder, '--cwd', repositoryRoot];
}

async function runTool(command: string[]): Promise<void> {
  const env = wranglerEnvironment();
  const { code, output } = await runCommand(command, { deadline_ms: DEADLINE_MS, env });
  if (code === 0) return;
  throw new SetupError(
    `The Worker cannot be built:\n${lastLines(output, 20)}`,
    'Correct what wrangler names above.',
  );
}
