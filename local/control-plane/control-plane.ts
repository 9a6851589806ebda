import type { Home } from '../home/home.ts';
import { rotateLog } from '../home/logs.ts';
import { inRepository } from '../paths.ts';
import type { ChildExit } from '../process/child.ts';
import type { Roster } from '../process/roster.ts';
import { type ControlPlaneProcess, spawnControlPlane } from './process.ts';

export interface ControlPlaneRequest {
  home: Home;
  roster: Roster;
  host: string;
  /** 0: any free one, which it then keeps. */
  port: number;
  /** The built program of its process, and the built Worker. */
  program: string;
  workerFolder: string;
  /** Called when it ended although nobody stopped it. */
  onUnexpectedEnd: (exit: ChildExit, logFile: string) => void;
}

/** The control plane of a home, which can be stopped and started again on the same port and data. */
export interface ControlPlane {
  /** Null while it is stopped. */
  pid(): number | null;
  /** Loads the runtime ahead of `start`. */
  prepare(): Promise<void>;
  /** Resolves with the port once it answers there. */
  start(bindings: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
  kill(): void;
}

export function createControlPlane(request: ControlPlaneRequest): ControlPlane {
  const { home, roster } = request;
  let { port } = request;
  let current: ControlPlaneProcess | null = null;

  const prepare = async () => {
    if (current) return current;
    const spawned = await spawnControlPlane({
      program: request.program,
      logFile: rotateLog(home.logs, 'control-plane'),
      roster,
    });
    current = spawned;
    spawned.child.exited.then((exit) => {
      if (current === spawned) request.onUnexpectedEnd(exit, spawned.child.logFile);
    });
    return spawned;
  };

  return {
    pid: () => current?.child.pid ?? null,
    prepare: async () => void (await prepare()),
    async start(bindings) {
      const process = await prepare();
      port = await process.start({
        host: request.host,
        port,
        workerFolder: request.workerFolder,
        assetsRoot: inRepository(''),
        durableObjectsFolder: home.durableObjects,
        temporaryFolder: home.temporary,
        bindings,
      });
      return port;
    },
    async stop() {
      const stopped = current;
      current = null;
      await stopped?.stop();
    },
    kill: () => current?.child.kill(),
  };
}
