import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { isErrno } from './atomic-file.ts';

/** Another agent runs on this state folder. */
export class StateInUseError extends Error {
  override name = 'StateInUseError';
}

export interface StateLock {
  release(): Promise<void>;
}

/** For the other agent to say who it is. */
const answerDeadlineMs = 1000;

/**
 * Takes the state folder for this process. A socket in it says so: it is nobody's as soon as its process has ended, however
 * that was, other users cannot get at it, and an agent in a container finds the one beside it. Two agents with one state
 * would take the host from each other, and the one that lost it would stay idle. Throws `StateInUseError`, and the
 * system's error where a folder can hold no socket.
 */
export async function lockState(folder: string): Promise<StateLock> {
  const path = join(folder, 'agent.sock');
  for (let tries = 0; ; tries++) {
    try {
      return lockOf(await listen(path));
    } catch (error) {
      if (!isErrno(error, 'EADDRINUSE')) throw error;
      const holder = await holderOf(path);
      if (holder !== null) throw inUse(folder, holder);
      if (tries === 2) throw error;
      await unlink(path).catch((gone: unknown) => {
        if (!isErrno(gone, 'ENOENT')) throw gone;
      });
    }
  }
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(String(process.pid));
    });
    server.on('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function lockOf(server: Server): StateLock {
  // It must not keep the process.
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** What the process behind a socket says of itself, empty when it says nothing in time; null: there is none. */
function holderOf(path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(path);
    const end = () => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(said);
    };
    const deadline = setTimeout(end, answerDeadlineMs);
    socket.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    socket.on('end', end);
    socket.on('error', (error) => {
      clearTimeout(deadline);
      if (isErrno(error, 'ECONNREFUSED') || isErrno(error, 'ENOENT')) resolve(null);
      else if (isErrno(error, 'ECONNRESET')) resolve('');
      else reject(error);
    });
  });
}

function inUse(folder: string, holder: string): StateInUseError {
  const process = /^\d+$/.test(holder) ? ` (process ${holder}, by its own count)` : '';
  return new StateInUseError(
    `Another agent${process} runs with the state in ${folder}. Stop it first (a service: systemctl stop longshore-agent), or give this one a state of its own with --state; it is then another host.`,
  );
}
