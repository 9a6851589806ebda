import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildDemoImage } from '../../demo/image.ts';
import { ensureDockerEngine } from '../../local/docker/ensure-engine.ts';
import { noRateLimits } from '../../local/no-rate-limits.ts';
import { startStack } from '../../local/start-stack.ts';
import { findDebianProgram } from './debian-program.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The control plane that all tests share; each test has an organisation of its own in it. */
    stack: { url: string; adminToken: string; databaseUrl: string; databaseToken: string };
    /** Null on a machine without a Docker engine: what needs one is skipped there. */
    dockerSocket: string | null;
    /** The program of a Chromium; null on a machine without one: what needs one is skipped there. */
    chromium: string | null;
  }
}

/** Starts the stack once, by the very code of `npm start`, and makes the stand-in image. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dockerSocket = await findDocker();
  if (dockerSocket) await buildDemoImage({ engine: { socketPath: dockerSocket } });
  const home = mkdtempSync(join(tmpdir(), 'longshore-test-'));
  const stack = await startStack({ home, port: 0, agent: false, settings: noRateLimits });
  const { url, adminToken, databaseUrl, databaseToken } = stack;
  project.provide('stack', { url, adminToken, databaseUrl, databaseToken });
  project.provide('dockerSocket', dockerSocket);
  project.provide('chromium', await findDebianProgram('chromium', 'chromium'));
  return async () => {
    await stack.stop();
    rmSync(home, { recursive: true, force: true });
  };
}

async function findDocker(): Promise<string | null> {
  try {
    return (await ensureDockerEngine({ allowInstall: false })).socketPath;
  } catch (error) {
    if (process.env.CI) throw error;
    console.warn(`\n  NO DOCKER ENGINE: every test that needs one is SKIPPED. ${error}\n`);
    return null;
  }
}
