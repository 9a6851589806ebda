import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { hasherOf, hashFile } from './digest.ts';
import { ModelError } from './errors.ts';
import { fetchFile, incompleteOf, type WantedFile } from './fetch-file.ts';
import { linkReadable, makeFoldersFor, sizeIfThere, symlinkOnce } from './files.ts';
import type { Hub, HubFile } from './hub.ts';
import { neededBy } from './include.ts';
import { keyOf, type Layout, type Wanted } from './layout.ts';
import { createProgressMeter, type Progress, type ProgressMeter } from './progress.ts';
import type { Records, SnapshotRecord } from './records.ts';
import { askAgain } from './retry.ts';

export interface SnapshotPorts {
  layout: Layout;
  records: Records;
  hub: Hub;
  clock: Clock;
  random: () => number;
  token: string | null;
  signal: AbortSignal;
  /** Not beside the removal of another snapshot. */
  exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
  makeRoom: (bytes: number) => Promise<void>;
  onProgress: (progress: Progress) => void;
}

/** Files that come at the same time: one connection seldom fills the line, and many more disturb each other. */
const mostAtOnce = 4;
const mostNamesShown = 10;

/** Every file of it is there, and proven. */
export async function isWhole(record: SnapshotRecord, layout: Layout): Promise<boolean> {
  const isThere = await Promise.all(record.files.map((file) => isLinked(record, file, layout)));
  return isThere.every(Boolean);
}

/**
 * Fetches what lacks of a snapshot. Run again after a crash at any point it finds what is there. Not to run beside
 * another one of the same repository. Throws `ModelError` and the signal's reason; what came is then kept.
 */
export async function fillSnapshot(wanted: Wanted, ports: SnapshotPorts): Promise<void> {
  const { layout, clock, signal } = ports;
  const record = await recordOf(wanted, ports);
  const lacking: HubFile[] = [];
  for (const file of record.files) {
    if (!(await isLinked(record, file, layout))) lacking.push(file);
  }
  const byBlob = new Map<string, HubFile[]>();
  for (const file of lacking) {
    byBlob.set(file.digest.hex, [...(byBlob.get(file.digest.hex) ?? []), file]);
  }
  const total_bytes = sizeOfBlobs(record.files);
  const lacking_bytes = sizeOfBlobs(lacking) - (await bytesThere(record, lacking, layout));
  await ports.makeRoom(lacking_bytes);
  const start = { done_bytes: total_bytes - lacking_bytes, total_bytes };
  const meter = createProgressMeter(clock, start, ports.onProgress);
  ports.onProgress(meter.current);
  await inParallel([...byBlob.values()], mostAtOnce, signal, async (files, part) => {
    const [file] = files;
    if (!file) return;
    const path = layout.blob(record.repo, file);
    await makeFoldersFor(path, layout.root);
    await bringBlob({ ...wanted, file, path }, { ...ports, signal: part, meter });
    for (const { path: name } of files) {
      const link = join(layout.files(record.key), name);
      await makeFoldersFor(link, layout.root);
      await linkReadable(path, link);
    }
  });
  for (const file of record.files) {
    const { path, target } = layout.hubLink(record, file);
    await makeFoldersFor(path, layout.root);
    await symlinkOnce(target, path);
  }
}

/** What the snapshot consists of: as it was first written down, or by the hub's list. */
async function recordOf(wanted: Wanted, ports: SnapshotPorts): Promise<SnapshotRecord> {
  const { records, hub, exclusively } = ports;
  const key = keyOf(wanted);
  const known = await exclusively(() => records.read(key));
  if (known) return known;
  const { repo, commit } = wanted;
  const all = await askAgain(() => hub.list(repo, commit, ports), {
    ...ports,
    what: `the list of files of ${repo}`,
    hub_url: hub.url,
    onFault: (fault) => {
      if (fault !== null) ports.onProgress({ ...nothingYet, fault });
    },
  });
  const files = all.filter(({ path }) => neededBy(wanted)(path));
  const isFileThere = wanted.file === null || files.some(({ path }) => path === wanted.file);
  if (files.length === 0 || !isFileThere) throw noSuchFiles(wanted, all);
  const record = { key, repo, commit, files };
  await exclusively(() => records.write(record));
  return record;
}

const nothingYet = { done_bytes: 0, total_bytes: 0, bytes_per_second: 0 };

function noSuchFiles({ repo, commit, include, file }: Wanted, all: readonly HubFile[]): ModelError {
  const names = all.map(({ path }) => path).slice(0, mostNamesShown);
  const more = all.length > names.length ? ` and ${all.length - names.length} more` : '';
  const asked = [...(file === null ? [] : [file]), ...(include ?? [])].join(', ');
  return new ModelError(
    'model_files_not_found',
    all.length === 0
      ? `${repo} has no files at ${commit.slice(0, 7)}.`
      : `${repo} has no such file at ${commit.slice(0, 7)}: ${asked}. It has ${names.join(', ')}${more}.`,
  );
}

/** The blob is in its place and its content proven, whoever brought it. */
async function bringBlob(
  wanted: WantedFile,
  ports: SnapshotPorts & { meter: ProgressMeter },
): Promise<void> {
  const { meter, signal } = ports;
  const { file, path } = wanted;
  const size = await sizeIfThere(path);
  if (size === file.size) {
    const hasher = hasherOf(file);
    await hashFile(path, size, hasher, signal);
    if (hasher.hex() === file.digest.hex) return;
    meter.add(-size);
    await rm(incompleteOf(path), { force: true });
  }
  if (size !== null) await rm(path);
  await fetchFile(wanted, {
    ...ports,
    onBytes: (bytes) => meter.add(bytes),
    onFault: (fault) => meter.setFault(fault),
  });
}

async function isLinked(record: SnapshotRecord, file: HubFile, layout: Layout): Promise<boolean> {
  return (await sizeIfThere(join(layout.files(record.key), file.path))) === file.size;
}

async function bytesThere(
  { repo }: SnapshotRecord,
  files: readonly HubFile[],
  layout: Layout,
): Promise<number> {
  let bytes = 0;
  for (const file of new Map(files.map((one) => [one.digest.hex, one])).values()) {
    const path = layout.blob(repo, file);
    const isWhole = (await sizeIfThere(path)) === file.size;
    const partial = isWhole ? 0 : ((await sizeIfThere(incompleteOf(path))) ?? 0);
    bytes += isWhole ? file.size : Math.min(partial, file.size);
  }
  return bytes;
}

function sizeOfBlobs(files: readonly HubFile[]): number {
  const sizes = new Map(files.map(({ digest, size }) => [digest.hex, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** The first failure ends the others, and is thrown when all have ended. */
async function inParallel<Item>(
  items: readonly Item[],
  most: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = [...items];
  const takeTurns = async () => {
    try {
      for (let item = queue.shift(); item; item = queue.shift()) {
        either.throwIfAborted();
        await work(item, either);
      }
    } catch (error) {
      failed.abort(error);
    }
  };
  await Promise.all(Array.from({ length: most }, takeTurns));
  either.throwIfAborted();
}
