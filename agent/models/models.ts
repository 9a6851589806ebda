import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno, readFileIfThere, writeFileAtomic } from '../atomic-file.ts';
import type { Clock } from '../clock.ts';
import type { Launch } from '../desired.ts';
import type { Log } from '../log.ts';
import { fetchThrough } from '../proxy-fetch.ts';
import { type DiskFault, freeBytes, whileUsable } from './disk.ts';
import { ModelError } from './errors.ts';
import { makeFoldersFor } from './files.ts';
import { createHub, isInside, wholeCommit } from './hub.ts';
import type { Fetch } from './hub-fetch.ts';
import { createJobs } from './jobs.ts';
import { keyOf, layoutOf, type Wanted } from './layout.ts';
import { type Progress, progressInWords } from './progress.ts';
import { createRecords, type Pin } from './records.ts';
import { askAgain, mostFaults } from './retry.ts';
import { makeRoom } from './room.ts';
import { fillSnapshot, isWhole } from './snapshot.ts';

export interface ModelsOptions {
  /** Made when it is not there. */
  folder: string;
  /** Of all models together; null: as much as the disk has. */
  limit_bytes: number | null;
  /** Stays free on the disk; default 1 GiB. */
  reserve_bytes?: number;
  /** Without a slash at its end. */
  hub_url: string;
  user_agent: string;
  fetch?: Fetch;
  freeBytes?: (folder: string) => Promise<number>;
  /** Default: the disk is always fit for use. */
  diskFault?: DiskFault;
  /** Containers that exist or are wanted, by name. Null: not known at present, and nothing may be removed. */
  inUse: () => ReadonlySet<string> | null;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  log: Log;
}

export interface EnsureCall {
  /** Values of secrets by name. */
  secrets: ReadonlyMap<string, string>;
  /** Ends waiting and downloading; what came is kept. */
  signal: AbortSignal;
  /** In words, once a second at most. */
  onProgress: (message: string) => void;
}

/** Makes the files of models be on this host. */
export interface Models {
  /**
   * The folder to mount for the launch, with every file proven; null when its model comes from no hub. The commit that
   * the first look found is kept for the launch: later ones need no hub. Throws `ModelError` and the signal's reason.
   */
  ensure(launch: Launch, call: EnsureCall): Promise<string | null>;
}

const defaultReserveBytes = 2 ** 30;
/** Of questions to a hub that is away, when there is something to do without it. */
const fewFaults = 3;

export function createModels(options: ModelsOptions): Models {
  const { clock, random, log } = options;
  const layout = layoutOf(options.folder);
  const records = createRecords(layout);
  const hub = createHub({
    fetch: options.fetch ?? fetchThrough(process.env),
    url: options.hub_url,
    user_agent: options.user_agent,
    clock,
  });
  const jobs = createJobs();
  let last: Promise<unknown> = Promise.resolve();

  /** One after another: what is looked up must not be removed meanwhile. */
  function exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work);
    last = done.catch(() => {}); // the caller gets the error; the next one goes on
    return done;
  }

  async function ensure(launch: Launch, call: EnsureCall): Promise<string> {
    const { signal, onProgress } = call;
    signal.throwIfAborted();
    const wanted = wantedBy(launch);
    const pin = (await pinned(launch, wanted)) ?? (await pinNow(launch, wanted, call));
    const found = { ...wanted, commit: pin.commit };
    if (await takeWhole(launch.name, pin)) return layout.files(pin.key);
    const token = tokenOf(launch, call);
    const tell = (progress: Progress) => onProgress(inWords(found.repo, progress));
    await jobs.join({
      key: pin.key,
      turn: found.repo,
      // Somebody else's token may open less.
      variant: token ?? '',
      signal,
      onProgress: tell,
      run: async (job) => {
        log.info('model download', { repo: found.repo, commit: found.commit });
        await fillSnapshot(found, { ...common, ...job, token });
        log.info('model complete', { repo: found.repo, commit: found.commit });
      },
    });
    // Whoever removed it in between (only a person can) is met by the next attempt.
    if (await takeWhole(launch.name, pin)) return layout.files(pin.key);
    throw new ModelError(
      'model_cache_unusable',
      `Files of ${found.repo} vanish from ${layout.files(pin.key)} as they come. Leave the agent's folder to it.`,
      'restarting',
    );
  }

  const common = {
    layout,
    records,
    hub,
    clock,
    random,
    exclusively,
    makeRoom: (bytes: number) =>
      exclusively(async () => {
        await mkdir(layout.root, { recursive: true });
        await makeRoom(bytes, {
          layout,
          records,
          limit_bytes: options.limit_bytes,
          reserve_bytes: options.reserve_bytes ?? defaultReserveBytes,
          freeBytes: options.freeBytes ?? freeBytes,
          inUse: options.inUse,
          downloading: () => jobs.keys(),
          log,
        });
      }),
  };

  /** The launch's pin is on the disk, and its snapshot whole and marked as used. */
  function takeWhole(container: string, pin: Pin): Promise<boolean> {
    return exclusively(async () => {
      await records.writePin(container, pin);
      const record = await records.read(pin.key);
      if (!record || !(await isWhole(record, layout))) return false;
      await records.touch(pin.key, clock.wall());
      return true;
    });
  }

  async function pinned(launch: Launch, wanted: Unpinned): Promise<Pin | null> {
    const pin = await records.readPin(launch.name);
    if (!pin) return null;
    const same = keyOf({ ...wanted, commit: pin.commit }) === pin.key;
    return same && pin.revision === wanted.revision ? pin : null;
  }

  async function pinNow(launch: Launch, wanted: Unpinned, call: EnsureCall): Promise<Pin> {
    const { repo, revision } = wanted;
    const before = await lastCommitOf(wanted);
    const token = tokenOf(launch, call);
    let commit: string;
    try {
      commit = await askAgain(
        () => hub.resolve(repo, revision, { token, signal: call.signal }),
        {
          clock,
          random,
          signal: call.signal,
          what: `the commit that ${revision} of ${repo} names`,
          hub_url: hub.url,
          onFault: (fault) => {
            if (fault !== null) call.onProgress(`Looking up ${repo}: ${fault}`);
          },
        },
        before === null ? mostFaults : fewFaults,
      );
      await exclusively(() => writeRef(repo, revision, commit));
    } catch (error) {
      const isAway = error instanceof ModelError && error.reason === 'model_download_failed';
      if (before === null || !isAway) throw error;
      log.warn('the hub does not answer; the model is taken as it last was', { repo, revision });
      commit = before;
    }
    return { ...wanted, commit, key: keyOf({ ...wanted, commit }) };
  }

  /** What the revision named when it was last looked up, where all that is wanted of it is here; else null. */
  async function lastCommitOf(wanted: Unpinned): Promise<string | null> {
    if (!isInside(wanted.revision)) return null;
    const ref = join(layout.refs(wanted.repo), wanted.revision);
    const commit = (await readFileIfThere(ref))?.trim() ?? '';
    if (!wholeCommit.test(commit)) return null;
    const record = await records.read(keyOf({ ...wanted, commit }));
    return record && (await isWhole(record, layout)) ? commit : null;
  }

  /** As the hub's own tools do, so that they find what the agent brought. */
  async function writeRef(repo: string, revision: string, commit: string): Promise<void> {
    if (revision === commit || !isInside(revision)) return;
    const ref = join(layout.refs(repo), revision);
    if ((await readFileIfThere(ref)) === commit) return;
    await mkdir(layout.root, { recursive: true });
    await makeFoldersFor(ref, layout.root);
    await writeFileAtomic(ref, commit);
  }

  return {
    async ensure(launch, call) {
      if (launch.spec.model.source !== 'huggingface') return null;
      const { diskFault } = options;
      try {
        if (!diskFault) return await ensure(launch, call);
        return await whileUsable({ fault: diskFault, clock, signal: call.signal }, (signal) =>
          ensure(launch, { ...call, signal }),
        );
      } catch (error) {
        throw refusedByDisk(error, options.folder);
      }
    },
  };
}

type Unpinned = Omit<Wanted, 'commit'> & { revision: string };

function wantedBy({ spec: { model } }: Launch): Unpinned {
  const repo = model.repo_id ?? '';
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(repo) || !isInside(repo)) {
    throw new ModelError('model_not_found', `"${repo}" is no name of a model on a hub.`);
  }
  return {
    repo,
    revision: model.revision ?? 'main',
    include: model.include ?? null,
    file: model.file ?? null,
  };
}

function tokenOf({ spec: { model } }: Launch, { secrets }: EnsureCall): string | null {
  if (model.token_secret === undefined) return null;
  const token = secrets.get(model.token_secret);
  if (token !== undefined) return token;
  throw new ModelError(
    'secret_missing',
    `The control plane sent no value for the secret ${model.token_secret}, the token for the model hub. Create it there, or take it out of the deployment.`,
  );
}

function inWords(repo: string, progress: Progress): string {
  if (progress.total_bytes === 0 && progress.fault !== null) {
    return `Looking up ${repo}: ${progress.fault}`;
  }
  return `Downloading ${repo}: ${progressInWords(progress)}`;
}

/** What the disk refuses is for the host's owner to mend; it must not end the agent. */
function refusedByDisk(error: unknown, folder: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  if (isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT')) {
    return new ModelError(
      'model_disk_full',
      `The disk of ${folder} is full. What came of the model is kept; make room, or give the agent another folder with --models.`,
    );
  }
  return new ModelError(
    'model_cache_unusable',
    `The agent cannot keep models in ${folder}: ${error.message}. It must be writable, on a file system with hard links; --models gives another one.`,
    'restarting',
  );
}
