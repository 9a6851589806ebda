import type { RegistryLogin } from '../../contract/registry.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../docker/engine.ts';
import { EngineRefusedError } from '../docker/errors.ts';
import type { PullProgress } from '../docker/pull-progress.ts';
import type { DockerDisk } from '../inventory/inventory.ts';
import { ImageError } from './errors.ts';
import { pullFailure } from './pull-failure.ts';
import type { PullRun } from './pulls.ts';
import { bytesToCome, hasRoomFor, noRoom } from './room.ts';

export interface PullOnce extends PullRun {
  image: string;
  login: RegistryLogin | null;
  engine: Engine;
  clock: Clock;
  readDisk: () => Promise<DockerDisk | null>;
  /** Tries to free so much beside the reserve. */
  makeRoom: (bytes: number) => Promise<void>;
}

/** Without a step forward for so long a pull is given up. There is no limit on the whole. */
export const stallMs = 5 * 60_000;
/** Once all of it is here the disk has the work, and not every engine tells of it. */
export const unpackStallMs = 30 * 60_000;

/** One pull, ended when it stalls or its disk gets full. Throws `ImageError`, and what the engine and the signal throw. */
export async function pullOnce(options: PullOnce): Promise<void> {
  const { image, login, engine, clock, signal, readDisk } = options;
  await demandRoom(0, options);
  signal.throwIfAborted();
  const ended = new AbortController();
  let newest: PullProgress | null = null;
  let seenTotal = 0;
  let cancel = () => {};
  const alive = () => {
    cancel();
    const limitMs = newest && isAllHere(newest) ? unpackStallMs : stallMs;
    cancel = clock.after(limitMs, () => ended.abort(stalled(image, limitMs)));
  };
  const onProgress = (progress: PullProgress) => {
    newest = progress;
    // The registry tells the size of a layer when its turn comes.
    if (progress.bytes_total > seenTotal) {
      seenTotal = progress.bytes_total;
      void readDisk().then((disk) => {
        const bytes = newest ? bytesToCome(newest) : 0;
        if (disk && !hasRoomFor(bytes, disk)) ended.abort(noRoom(image, bytes, disk.path, disk));
      });
    }
    options.onProgress(progress);
  };
  alive();
  try {
    const both = AbortSignal.any([signal, ended.signal]);
    await engine.pull(image, { signal: both, login, onProgress, onStep: alive });
  } catch (error) {
    if (error instanceof EngineRefusedError) throw pullFailure(image, error, login);
    throw error;
  } finally {
    cancel();
  }
}

async function demandRoom(bytes: number, { image, readDisk, makeRoom }: PullOnce): Promise<void> {
  const disk = await readDisk();
  if (disk === null || hasRoomFor(bytes, disk)) return;
  await makeRoom(bytes);
  const after = await readDisk();
  if (after && !hasRoomFor(bytes, after)) throw noRoom(image, bytes, after.path, after);
}

function isAllHere({ all_known, layers, bytes_done, bytes_total }: PullProgress): boolean {
  return all_known && layers > 0 && bytes_done >= bytes_total;
}

function stalled(image: string, limitMs: number): ImageError {
  const minutes = limitMs / 60_000;
  return new ImageError(
    'image_pull_stalled',
    `The pull of ${image} made no step for ${minutes} min and was ended. What came whole of it is kept. Look at the registry and the network between it and this host.`,
  );
}
