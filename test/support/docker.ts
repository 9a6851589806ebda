import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject, test } from 'vitest';

const run = promisify(execFile);

export interface Docker {
  /** Runs the docker command line client; gives what it prints. */
  cli(...args: string[]): Promise<string>;
  /** Ids of the containers of one host, running or not. */
  containersOf(hostId: string): Promise<string[]>;
}

export function dockerAt(socketPath: string): Docker {
  const cli = async (...args: string[]) => {
    const { stdout } = await run('docker', ['--host', `unix://${socketPath}`, ...args]);
    return stdout.trim();
  };
  return {
    cli,
    async containersOf(hostId) {
      const filter = `label=dev.longshore.host=${hostId}`;
      const ids = await cli('ps', '--all', '--quiet', '--no-trunc', '--filter', filter);
      return ids.split('\n').filter(Boolean);
    },
  };
}

/** A test that needs a Docker engine: skipped on a machine without one, which the set-up says loudly, and never in CI. */
export const dockerTest = test.skipIf(inject('dockerSocket') === null);

export function docker(): Docker {
  return dockerAt(inject('dockerSocket') ?? '');
}
