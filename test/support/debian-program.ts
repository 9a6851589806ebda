import { readFile } from 'node:fs/promises';
import { adminPath, findProgram, lastLines, runCommand } from '../../local/docker/command.ts';
import { isDebianLike } from '../../local/docker/os-release.ts';

const installMs = 300_000;

/**
 * A program of a Debian package, installed where that may be. Null on a machine that has none and may not, which is
 * said aloud; throws where CI counts on it.
 */
export async function findDebianProgram(
  program: string,
  debianPackage: string,
): Promise<string | null> {
  const path = adminPath(process.env);
  const found = await findProgram(program, path);
  if (found) return found;
  const why = await install(debianPackage, path);
  const installed = await findProgram(program, path);
  if (installed) return installed;
  const message = `tests need Debian's ${debianPackage}: apt-get install ${debianPackage} (${why})`;
  if (process.env.CI) throw new Error(message);
  process.stderr.write(`\nSKIPPED: ${message}\n\n`);
  return null;
}

/** Gives why it may not have worked. */
async function install(debianPackage: string, path: string): Promise<string> {
  if (process.getuid?.() !== 0) return 'only root installs it';
  const isDebian = await readFile('/etc/os-release', 'utf8').then(isDebianLike, () => false);
  const apt = await findProgram('apt-get', path);
  if (!isDebian || apt === null) return 'not on Debian';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { deadline_ms: installMs, env };
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  await runCommand([apt, ...wait, 'update'], options);
  const result = await runCommand(
    [apt, ...wait, 'install', '-y', '--no-install-recommends', debianPackage],
    options,
  );
  return lastLines(result.output, 3);
}
