import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The bundled agent as a process of its own, which may be killed at any moment and started again. */
export interface AgentProcess {
  start(): void;
  /** Resolves when the process is gone. */
  kill(): Promise<void>;
}

export function agentProcess(options: {
  program: string;
  /** State folder of an enrolled host. */
  state: string;
  url: string;
  docker_socket: string;
}): AgentProcess {
  let child: ChildProcess | null = null;
  return {
    start() {
      const { program, state, url, docker_socket } = options;
      child = spawn(process.execPath, [program, 'run', '--state', state, '--url', url], {
        env: { PATH: process.env.PATH, DOCKER_HOST: `unix://${docker_socket}` },
        stdio: 'ignore',
      });
    },
    async kill() {
      const ending = child;
      child = null;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill('SIGKILL');
      await ended;
    },
  };
}
