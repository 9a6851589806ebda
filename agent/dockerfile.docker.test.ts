import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { buildAgent } from './build.ts';
import { realEngine, standInImage } from './testing/docker.ts';

const run = promisify(execFile);

/** Its real base cannot be pulled everywhere; any image with Node will do. */
test.skipIf(!(await realEngine()))(
  'the agent runs as a container',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'longshore-image-'));
    const tag = `longshore-agent-test:${process.pid}`;
    try {
      await buildAgent(join(folder, 'longshore-agent.mjs'));
      const dockerfile = new URL('./Dockerfile', import.meta.url).pathname;
      const base = `BASE=${standInImage}`;
      await run('docker', ['build', '-f', dockerfile, '-t', tag, '--build-arg', base, folder]);
      const version = await run('docker', ['run', '--rm', '--network', 'host', tag, '--version']);
      expect(version.stdout).toBe(`${manifest.version}\n`);
      // By itself it would run, and says what it lacks.
      const bare = await run('docker', ['run', '--rm', '--network', 'host', tag]).catch(
        (error) => error,
      );
      expect(bare.stderr).toContain('Give the address of the control plane with --url');
    } finally {
      await run('docker', ['rmi', '--force', tag]).catch(() => {}); // it may never have been made
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
