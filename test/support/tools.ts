import { execFileSync } from 'node:child_process';

/**
 * Whether a program of this machine is there. CI installs its Debian package when it is not, and fails when it cannot;
 * elsewhere what needs it is skipped, which is said aloud.
 */
export function hasTool(program: string, debianPackage: string): boolean {
  if (isThere(program)) return true;
  if (!process.env.CI) {
    process.stderr.write(`\nSKIPPED: tests that need ${program} (package ${debianPackage})\n\n`);
    return false;
  }
  const quiet = {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  } as const;
  execFileSync('apt-get', ['update', '-q'], quiet);
  execFileSync('apt-get', ['install', '-yq', '--no-install-recommends', debianPackage], quiet);
  if (!isThere(program)) throw new Error(`${debianPackage} brought no ${program}`);
  return true;
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
