import type { Engine } from './docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from './docker/errors.ts';
import { label, readOwnLabels } from './docker/labels.ts';
import { defaultGraceSeconds } from './docker/own-container.ts';
import type { Log } from './log.ts';

export interface StopOwnContainersOptions {
  engine: Engine;
  host_id: string;
  longestGraceSeconds: number;
  log: Log;
}

/** How long each container gets to end when the agent is told to take its containers with it. */
export const longestGraceSeconds = 10;

/** Ends and removes all containers of this host, side by side. One that cannot be removed is logged; then it is false. */
export async function stopOwnContainers(options: StopOwnContainersOptions): Promise<boolean> {
  const { engine, host_id, longestGraceSeconds, log } = options;
  let all = true;
  const end = async (id: string) => {
    const detail = await engine.inspect(id);
    const grace = detail?.Config.StopTimeout ?? defaultGraceSeconds;
    await engine.stop(id, Math.min(grace, longestGraceSeconds));
    await engine.remove(id);
  };
  const reported = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
      all = false;
      log.error('a container was left behind', { message: error.message });
    }
  };
  await reported(
    engine.list(`${label.host}=${host_id}`).then((found) => {
      const own = found.filter(({ Labels }) => readOwnLabels(Labels, host_id) !== null);
      return Promise.all(own.map(({ Id }) => reported(end(Id))));
    }),
  );
  return all;
}
