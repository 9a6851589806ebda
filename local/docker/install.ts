import { readFile } from 'node:fs/promises';
import { adminPath, findProgram, lastLines, runCommand } from './command.ts';
import { isDebianLike } from './os-release.ts';
import { rootPrefix } from './privilege.ts';
import { SetupError } from './setup-error.ts';

const PACKAGES = ['docker.io', 'iptables'];
const INSTALL_COMMAND = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`;
/** Waits for another apt (unattended upgrades) instead of failing on its lock. */
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=120'];
const UPDATE_DEADLINE_MS = 180_000;
const INSTALL_DEADLINE_MS = 600_000;

/**
 * Installs Debian's docker.io. Throws `SetupError` on other systems, when `allowInstall` is false, without root, and
 * when apt fails. The package may start the engine itself, or be kept from it (policy-rc.d): both are fine.
 */
export async function installEngine(allowInstall: boolean): Promise<void> {
  if (!(await canInstall())) {
    throw new SetupError(
      'No Docker engine is installed, and this system is not Debian or Ubuntu, where it could be installed for you.',
      'Install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/',
    );
  }
  if (!allowInstall) {
    throw new SetupError(
      'No Docker engine is installed.',
      `Run this, then try again:\n  ${INSTALL_COMMAND}`,
    );
  }
  const root = await rootPrefix({
    purpose: 'Installing the Docker engine',
    command: INSTALL_COMMAND,
  });
  const apt = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...APT_OPTIONS];
  // A broken third-party source fails the update, yet the package is often within reach: the install decides.
  const update = await runCommand([...apt, 'update'], { deadline_ms: UPDATE_DEADLINE_MS });
  const install = await runCommand(
    [...apt, 'install', '-y', '--no-install-recommends', ...PACKAGES],
    { deadline_ms: INSTALL_DEADLINE_MS },
  );
  if (install.code === 0) return;
  const output = update.code === 0 ? install.output : `${update.output}\n${install.output}`;
  throw new SetupError(
    `apt-get could not install ${PACKAGES.join(' and ')}:\n${lastLines(output, 8)}`,
    `Run this and see what it says:\n  ${INSTALL_COMMAND}`,
  );
}

async function canInstall(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  if (!(await findProgram('apt-get', adminPath(process.env)))) return false;
  return readFile('/etc/os-release', 'utf8').then(isDebianLike, () => false);
}
