import { canonicalImage } from '../../contract/image-reference.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from '../docker/errors.ts';
import type { PullProgress } from '../docker/pull-progress.ts';
import type { DockerDisk } from '../inventory/inventory.ts';
import type { Log } from '../log.ts';
import type { RegistryLogins } from '../registry-logins.ts';
import { cleanUpImages } from './clean-up.ts';
import { ImageError, isForLogin } from './errors.ts';
import { pullOnce } from './pull-once.ts';
import { createPulls } from './pulls.ts';
import type { ImageRecords } from './records.ts';
import { hasRoomFor, percentUsed } from './room.ts';

/** Above `high_percent` of use images go, until it is below `low_percent`. */
export interface DiskMarks {
  high_percent: number;
  low_percent: number;
}

export interface ImagesOptions {
  engine: Engine;
  logins: RegistryLogins;
  records: ImageRecords;
  marks: DiskMarks;
  /** Of the Docker engine; null: not known. */
  readDisk: () => Promise<DockerDisk | null>;
  /** Canonical names of the images of a current desired set; null: not known. */
  wanted: () => ReadonlySet<string> | null;
  /** A condition of the host; null ends it. */
  setCondition: (code: string, message: string | null) => void;
  clock: Clock;
  log: Log;
}

export interface ImageCall {
  signal: AbortSignal;
  /** The registry was asked for this launch already: `always` is met. */
  asked: boolean;
  /** Its turn to be pulled has not come. */
  onWaiting: () => void;
  onProgress: (progress: PullProgress) => void;
  onPulled: () => void;
}

/** Makes images be on this host, and removes what it pulled and nobody needs when the disk gets full. */
export interface Images {
  /** By the launch's own policy. Throws `ImageError`, what the engine throws, and the signal's reason. */
  ensure(spec: Pick<LaunchSpec, 'image' | 'image_pull_policy'>, call: ImageCall): Promise<void>;
  start(): void;
  stop(): void;
}

const pullsAtOnce = 2;
const lookEveryMs = 60_000;
const stuck = 'images_not_removable';

export function createImages(options: ImagesOptions): Images {
  const { engine, logins, records, marks, readDisk, clock, log } = options;
  const pulls = createPulls(pullsAtOnce);
  let cleaning: Promise<boolean> = Promise.resolve(true);
  let wantedBefore: ReadonlySet<string> = new Set();
  let isStuck = false;
  let stopped = false;
  let cancelLook = () => {};

  /** One clean-up at a time. */
  function cleanUp(isEnough: (disk: DockerDisk) => boolean): Promise<boolean> {
    const run = () =>
      cleanUpImages({ engine, records, needed, readDisk, isEnough, log }).catch((error) => {
        if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
        log.warn('no images can be removed', { message: error.message });
        return false;
      });
    cleaning = cleaning.then(run, run);
    return cleaning;
  }

  function needed(): ReadonlySet<string> | null {
    const wanted = options.wanted();
    return wanted && new Set([...wanted, ...pulls.images()]);
  }

  async function pull(image: string, call: ImageCall): Promise<void> {
    for (;;) {
      const login = logins.of(image);
      try {
        await pulls.join({
          ...call,
          // Somebody else's login may open less.
          key: JSON.stringify([canonicalImage(image), login]),
          image: canonicalImage(image),
          run: async (run) => {
            const before = new Set((await engine.listImages()).map(({ Id }) => Id));
            const makeRoom = async (bytes: number) => {
              await cleanUp((disk) => hasRoomFor(bytes, disk));
            };
            log.info('image pull', { image });
            await pullOnce({ ...run, image, login, engine, clock, readDisk, makeRoom });
            const got = await engine.inspectImage(image);
            log.info('image here', { image });
            // What was here under another name is somebody else's.
            if (got && !before.has(got.id)) records.pulled(image, got.id);
          },
        });
        return;
      } catch (error) {
        const mayPass = error instanceof ImageError && isForLogin(error.reason);
        if (!mayPass || logins.of(image) === login) throw error;
      }
    }
  }

  async function ensure(
    { image, image_pull_policy }: Parameters<Images['ensure']>[0],
    call: ImageCall,
  ) {
    const mustAsk = image_pull_policy === 'always' && !call.asked;
    // What is found here must not be on its way out.
    await cleaning;
    const isHere = await engine.hasImage(image);
    records.touch(image);
    if (isHere && !mustAsk) return;
    if (image_pull_policy === 'never') {
      throw new ImageError(
        'image_not_found',
        `The image ${image} is not on this host, and image_pull_policy is "never". Load it there, or change the policy.`,
      );
    }
    try {
      await pull(image, call);
    } catch (error) {
      if (!(error instanceof ImageError) || !isHere) throw error;
      const why = `${error.message} The image that this host has is not used: image_pull_policy is "always".`;
      throw new ImageError(error.reason, why);
    }
    records.touch(image);
    call.onPulled();
  }

  async function look(): Promise<void> {
    cancelLook();
    const wanted = options.wanted();
    if (wanted) {
      for (const image of wantedBefore) if (!wanted.has(image)) records.touch(image);
      wantedBefore = wanted;
    }
    const disk = await readDisk();
    if (disk && wanted) await keepBelowMarks(disk);
    if (!stopped) cancelLook = clock.after(lookEveryMs, () => void look());
  }

  async function keepBelowMarks(disk: DockerDisk): Promise<void> {
    const { high_percent, low_percent } = marks;
    // Between the marks what is said stays said: else each log line would be news.
    if (percentUsed(disk) <= high_percent) {
      if (percentUsed(disk) <= (high_percent + low_percent) / 2) tellStuck(false, disk);
      return;
    }
    await cleanUp((now) => percentUsed(now) <= low_percent);
    const after = await readDisk();
    if (after) tellStuck(percentUsed(after) > high_percent, after);
  }

  function tellStuck(is: boolean, { path }: DockerDisk): void {
    if (is === isStuck) return;
    isStuck = is;
    const message = `The disk of the Docker engine (${path}) is used to more than ${marks.high_percent} % (--images-high-percent), and the agent has no more images to remove: the others are in use or wanted, or it did not pull them. Free some of it: what is not needed of images goes by "docker image prune --all".`;
    if (is) log.warn('no image is left to remove', { path });
    options.setCondition(stuck, is ? message : null);
  }

  return {
    ensure,
    start: () => void look(),
    stop() {
      stopped = true;
      cancelLook();
    },
  };
}
