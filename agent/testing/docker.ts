import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Engine } from '../docker/engine.ts';
import { createEngine } from '../docker/engine-client.ts';

export const standInImage = 'longshore/stand-in:1';

/** Of this machine's Docker engine. */
export const engineSocket = (process.env.DOCKER_HOST ?? '/var/run/docker.sock').replace(
  /^unix:\/\//,
  '',
);

/**
 * This machine's Docker engine with the stand-in image on it. Null where there is none, which is said aloud; throws
 * where CI counts on it.
 */
export async function realEngine(): Promise<Engine | null> {
  const engine = createEngine(engineSocket);
  try {
    if (!(await engine.hasImage(standInImage))) await buildStandIn(engineSocket);
    return engine;
  } catch (error) {
    if (process.env.CI) throw error;
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\nSKIPPED: tests that need a Docker engine (${why})\n\n`);
    return null;
  }
}

/** By the demo's own program in a process of its own: the agent imports nothing of the demo. */
export async function buildStandIn(socketPath: string): Promise<void> {
  const script = `import('./demo/image.ts').then((demo) => demo.buildDemoImage(${JSON.stringify({ engine: { socketPath } })}))`;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  await promisify(execFile)('node_modules/.bin/tsx', ['-e', script], { cwd: root });
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
