import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../docker/setup-error.ts';
import { freePort } from '../free-port.ts';
import { logTail } from '../home/logs.ts';
import { type Child, describeExit, startChild } from '../process/child.ts';
import type { Roster } from '../process/roster.ts';
import { databaseProgram } from './program.ts';

const READY_DEADLINE_MS = 30_000;
const POLL_MS = 10;
const STOP_GRACE_MS = 5_000;
/** The port is free when we ask and may be another's when the server binds it. */
const ATTEMPTS = 3;

export interface DatabaseServer {
  url: string;
  /** Where it tells what it has done so far; null unless that was asked for. */
  adminUrl: string | null;
  child: Child;
  stop(): Promise<void>;
}

export interface DatabaseServerRequest {
  /** Made when it is not there. */
  folder: string;
  /** PEM of the Ed25519 key that signs tokens; nobody gets in without one. */
  publicKeyFile: string;
  logFile: string;
  roster: Roster;
  /** Opens its admin interface too, on loopback and to everybody there: for benches. */
  admin?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** Starts a libSQL server on a loopback port of its own and waits until it answers. */
export async function startDatabaseServer(request: DatabaseServerRequest): Promise<DatabaseServer> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const adminPort = request.admin ? await freePort() : null;
    const child = await spawnServer(request, port, adminPort);
    const url = `http://127.0.0.1:${port}`;
    const adminUrl = adminPort === null ? null : `http://127.0.0.1:${adminPort}`;
    const stop = async () => void (await child.stop({ grace_ms: STOP_GRACE_MS }));
    try {
      if (await waitUntilHealthy(child, url, request.signal)) return { url, adminUrl, child, stop };
    } catch (error) {
      await stop();
      throw error;
    }
    const tail = logTail(child.logFile, 5);
    if (attempt < ATTEMPTS && /address (already )?in use/i.test(tail)) continue;
    throw new SetupError(
      `The libSQL server ${describeExit(await child.exited)}:\n${tail}`,
      `For more, see ${child.logFile}.`,
    );
  }
}

/**
 * So many requests it works on at once; the others wait their turn. With more, a writer that has waited for 5 s while
 * another one writes the log back leaves its place in the queue to nobody, and all writers hang for ever
 * (libSQL server 0.24.32, `ConnectionManager::acquire`). Two cannot get there, and write faster than many.
 */
const connections = '2';

function spawnServer(
  request: DatabaseServerRequest,
  port: number,
  adminPort: number | null,
): Promise<Child> {
  const args = ['--no-welcome', '--db-path', request.folder];
  args.push('--http-listen-addr', `127.0.0.1:${port}`);
  if (adminPort !== null) args.push('--admin-listen-addr', `127.0.0.1:${adminPort}`);
  args.push('--auth-jwt-key-file', request.publicKeyFile);
  args.push('--max-concurrent-connections', connections, '--max-concurrent-requests', '4096');
  // Nothing of our environment: any of its settings can come from a variable too.
  const { logFile, roster } = request;
  const command = databaseProgram();
  return startChild({ name: 'database', command, args, env: {}, logFile, roster }).catch(
    (error) => {
      throw new SetupError(
        `The libSQL server ${command} cannot be started: ${error.message}.`,
        'It needs a system with glibc (Debian, Ubuntu, Fedora; not Alpine).',
      );
    },
  );
}

/** False when the server has ended instead. */
async function waitUntilHealthy(
  child: Child,
  url: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (child.exit() === null) {
    signal?.throwIfAborted();
    if (performance.now() > deadline) {
      throw new SetupError(
        `The libSQL server does not answer after ${READY_DEADLINE_MS / 1000} s.`,
        `To find out why, see ${child.logFile}.`,
      );
    }
    const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    // A server that lost the race for the port ends; the answer is then another's.
    if (health?.ok && child.exit() === null) return true;
    await delay(POLL_MS);
  }
  return false;
}
