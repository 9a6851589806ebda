import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentFile } from '../../local/build.ts';
import type { UndoList } from '../../local/undo.ts';

/** The agent as its users run it: one file, a process of its own. */
export interface MeasuredAgent {
  pid(): number;
  /** @returns Unix milliseconds when the process was asked for */
  start(): number;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

export function measuredAgent(
  options: { url: string; token: string; dockerSocket: string; ports: string },
  undo: UndoList,
): MeasuredAgent {
  const { url, token, dockerSocket, ports } = options;
  const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-agent-'));
  undo.add(() => rmSync(folder, { recursive: true, force: true }));
  let child: ChildProcess | null = null;

  async function kill(): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  undo.add(kill);
  return {
    pid: () => child?.pid ?? 0,
    start() {
      const at = Date.now();
      const place = ['--address', '127.0.0.1', '--ports', ports];
      child = spawn(
        process.execPath,
        [agentFile, 'run', '--url', url, '--state', folder, '--name', 'bench', ...place],
        {
          env: {
            PATH: process.env.PATH,
            DOCKER_HOST: `unix://${dockerSocket}`,
            LONGSHORE_TOKEN: token,
          },
          stdio: 'ignore',
        },
      );
      return at;
    },
    kill,
  };
}
