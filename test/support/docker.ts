import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject, test } from 'vitest';

const run = promisify(execFile);

export interface Docker {
  /** Runs the docker command line client; gives what it prints. */
  cli(...args: string[]): Promise<string>;
  /** Ids of the containers of one host, running or not. */
  containersOf(hostId: string): Promise<string[]>;
  /** As when their machine loses its power; one that had ended by itself is told of, with its last words. */
  cutPower(containers: readonly string[]): Promise<void>;
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
    async cutPower(containers) {
      for (const container of containers) {
        const state = await cli('inspect', '--format', '{{json .State}}', container);
        if (!JSON.parse(state).Running) {
          const { stdout, stderr } = await run('docker', [
            ...['--host', `unix://${socketPath}`, 'logs', '--tail', '20', container],
          ]);
          console.warn(`${container} had ended before its machine: ${state}\n${stdout}${stderr}`);
        }
        await cli('stop', '--time', '0', container);
      }
    },
  };
}

/** A test that needs a Docker engine: skipped on a machine without one, which the set-up says loudly, and never in CI. */
export const dockerTest = test.skipIf(inject('dockerSocket') === null);

export function docker(): Docker {
  return dockerAt(inject('dockerSocket') ?? '');
}
