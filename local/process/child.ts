import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { Roster } from './roster.ts';

export interface ChildExit {
  code: number | null;
  signal: string | null;
}

export interface Child {
  readonly name: string;
  /** Also the number of its process group. */
  readonly pid: number;
  readonly process: ChildProcess;
  readonly logFile: string;
  /** Resolves when it has ended and nothing of its group is left. */
  readonly exited: Promise<ChildExit>;
  /** Null while it runs. */
  exit(): ChildExit | null;
  /** Asks it to end (SIGTERM, or `ask`), and kills its whole group after `grace_ms`. */
  stop(options: { grace_ms: number; ask?: () => void }): Promise<ChildExit>;
  kill(): void;
}

export interface ChildRequest {
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Ends it when we are killed. */
  roster: Roster;
  /** With a channel for messages, which closes when we end. */
  ipc?: boolean;
}

/**
 * Starts a process in a session of its own: a terminal's Ctrl-C must reach us alone, since we stop our parts in order.
 * It writes straight to its log file, so that it can go on writing when we are gone. Rejects when it cannot be started.
 */
export async function startChild(request: ChildRequest): Promise<Child> {
  const log = await open(request.logFile, 'a', 0o600);
  try {
    const child = spawn(request.command, request.args, {
      detached: true,
      env: request.env,
      stdio: ['ignore', log.fd, log.fd, ...(request.ipc ? (['ipc'] as const) : [])],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return watch(child, request);
  } finally {
    await log.close();
  }
}

function watch(child: ChildProcess, { name, logFile, roster }: ChildRequest): Child {
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process number`);
  let exit: ChildExit | null = null;
  roster.add(name, pid);
  const killGroup = () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ESRCH: nothing of the group is left.
    }
  };
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      killGroup();
      roster.remove(pid);
      resolve(exit);
    });
  });
  return {
    name,
    pid,
    process: child,
    logFile,
    exited,
    exit: () => exit,
    kill: killGroup,
    async stop({ grace_ms, ask = () => child.kill('SIGTERM') }) {
      if (exit !== null) return exit;
      ask();
      const timer = setTimeout(killGroup, grace_ms);
      const end = await exited;
      clearTimeout(timer);
      return end;
    },
  };
}

export function describeExit({ code, signal }: ChildExit): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}
