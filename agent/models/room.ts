import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../atomic-file.ts';
import type { Log } from '../log.ts';
import { ModelError } from './errors.ts';
import { bytesOf, type CachedSnapshot, planEviction } from './eviction.ts';
import { incompleteOf } from './fetch-file.ts';
import { filesBelow, sizeIfThere } from './files.ts';
import type { Layout } from './layout.ts';
import { bytesInWords } from './progress.ts';
import type { Records, SnapshotRecord } from './records.ts';

export interface RoomOptions {
  layout: Layout;
  records: Records;
  /** Of all models together; null: as much as the disk has. */
  limit_bytes: number | null;
  /** Stays free on the disk. */
  reserve_bytes: number;
  freeBytes: (folder: string) => Promise<number>;
  /** Containers that exist or are wanted, by name. Null: not known at present, and nothing may be removed. */
  inUse: () => ReadonlySet<string> | null;
  /** Snapshots that are being downloaded. */
  downloading: () => ReadonlySet<string>;
  log: Log;
}

/**
 * Sees to it that `bytes` more may be written, removing what was not used for longest and is not in use. Not to run
 * beside another one, nor beside the writing of a record. Throws `ModelError`.
 */
export async function makeRoom(bytes: number, options: RoomOptions): Promise<void> {
  const { layout, records, limit_bytes, reserve_bytes, log } = options;
  let left = await records.all();
  const cached = await look(left, options);
  const overLimit = limit_bytes === null ? 0 : bytesOf(cached) + bytes - limit_bytes;
  const short = bytes === 0 ? 0 : bytes + reserve_bytes - (await options.freeBytes(layout.root));
  for (const key of planEviction(cached, Math.max(overLimit, short)).keys) {
    const record = left.find((one) => one.key === key);
    if (!record) continue;
    left = left.filter((one) => one !== record);
    await evict(record, left, layout);
    log.info('model removed, to make room', { repo: record.repo, commit: record.commit });
  }
  if (bytes === 0) return;
  const held = bytesOf(await look(left, options));
  if (limit_bytes !== null && held + bytes > limit_bytes) {
    throw new ModelError(
      'model_cache_full',
      `The model needs ${bytesInWords(bytes)} more, and this host keeps at most ${bytesInWords(limit_bytes)} of models (--models-limit-bytes), of which ${bytesInWords(held)} are in use.`,
    );
  }
  const free = await options.freeBytes(layout.root);
  if (free < bytes + reserve_bytes) {
    throw new ModelError(
      'model_disk_full',
      `The model needs ${bytesInWords(bytes)} more in ${layout.root}, where ${bytesInWords(free)} are free, of which ${bytesInWords(reserve_bytes)} are kept. Make room on the disk, or give the agent another folder with --models.`,
    );
  }
}

async function look(
  all: readonly SnapshotRecord[],
  { records, layout, inUse, downloading }: RoomOptions,
): Promise<CachedSnapshot[]> {
  const containers = inUse();
  const used = new Set(downloading());
  for (const [container, { key }] of await records.pins()) {
    if (containers === null || containers.has(container)) used.add(key);
    else await records.removePin(container);
  }
  return Promise.all(
    all.map(async (record) => ({
      key: record.key,
      last_used_ms: await records.lastUsedMs(record.key),
      in_use: containers === null || used.has(record.key),
      blobs: await blobsOnDisk(record, layout),
    })),
  );
}

async function blobsOnDisk(record: SnapshotRecord, layout: Layout): Promise<Map<string, number>> {
  const blobs = new Map<string, number>();
  for (const file of record.files) {
    const path = layout.blob(record.repo, file);
    blobs.set(path, ((await sizeIfThere(path)) ?? (await sizeIfThere(incompleteOf(path)))) || 0);
  }
  return blobs;
}

/** The record goes last: after a crash on the way it still names all that is left. */
async function evict(
  record: SnapshotRecord,
  left: readonly SnapshotRecord[],
  layout: Layout,
): Promise<void> {
  await rm(layout.files(record.key), { recursive: true, force: true });
  const siblings = left.filter(({ repo }) => repo === record.repo);
  const twins = siblings.filter(({ commit }) => commit === record.commit);
  const keptBlobs = new Set(siblings.flatMap(({ files }) => files.map(({ digest }) => digest.hex)));
  const keptNames = new Set(twins.flatMap(({ files }) => files.map(({ path }) => path)));
  // Folders that a download beside this may just have made stay, empty as they may be.
  const foldersStay = siblings.length > 0;
  for (const file of record.files) {
    const name = layout.hubLink(record, file).path;
    if (!keptNames.has(file.path)) {
      await removeUpTo(name, foldersStay ? layout.hubSnapshot(record) : layout.hub);
    }
    if (keptBlobs.has(file.digest.hex)) continue;
    const blob = layout.blob(record.repo, file);
    await rm(incompleteOf(blob), { force: true });
    await removeUpTo(blob, foldersStay ? layout.blobs(record.repo) : layout.hub);
  }
  if (twins.length === 0) {
    await rm(layout.hubSnapshot(record), { recursive: true, force: true });
    await removeRefs(record, foldersStay ? layout.refs(record.repo) : layout.hub, layout);
  }
  await rm(dirname(layout.record(record.key)), { recursive: true, force: true });
}

/** The hub's own tools take a name for a commit that is not there as damage. */
async function removeRefs(record: SnapshotRecord, last: string, layout: Layout): Promise<void> {
  const refs = layout.refs(record.repo);
  for (const name of await filesBelow(refs)) {
    const path = join(refs, name);
    if ((await readFile(path, 'utf8')).trim() === record.commit) await removeUpTo(path, last);
  }
}

/** A file, and the folders above it that are empty then, below `last`. */
async function removeUpTo(path: string, last: string): Promise<void> {
  await rm(path, { force: true });
  for (let folder = dirname(path); folder !== last; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) continue;
      if (isErrno(error, 'ENOTEMPTY') || isErrno(error, 'EEXIST')) return;
      throw error;
    }
  }
}
