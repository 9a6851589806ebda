import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasherOf, hashFile } from './digest.ts';
import { CorruptFileError, HubFaultError, ModelError } from './errors.ts';
import { sizeIfThere, syncFolder } from './files.ts';
import type { Hub, HubFile } from './hub.ts';
import { givenUp, mostFaults, pauseAfter, type RetryPorts } from './retry.ts';

export interface WantedFile {
  repo: string;
  commit: string;
  file: HubFile;
  /** Where the whole file goes. What is there of it stands beside it, with `.incomplete` after its name. */
  path: string;
}

export interface FetchPorts extends RetryPorts {
  hub: Hub;
  token: string | null;
  /** Bytes more on the disk; fewer when a file begins anew. */
  onBytes: (bytes: number) => void;
}

interface Attempt {
  /** Of the last reply. */
  etag: string | null;
  gained_bytes: number;
}

export function incompleteOf(path: string): string {
  return `${path}.incomplete`;
}

/**
 * Downloads a file, going on from what is there of it, and puts it in its place once its content is proven. Faults are
 * tried again, and there is no limit on the whole. Throws `ModelError` and the signal's reason; what came is then kept.
 */
export async function fetchFile(wanted: WantedFile, ports: FetchPorts): Promise<void> {
  const attempt: Attempt = { etag: null, gained_bytes: 0 };
  let faults = 0;
  let cameCorrupt = false;
  for (;;) {
    try {
      attempt.gained_bytes = 0;
      await fetchOnce(wanted, attempt, ports);
      return;
    } catch (error) {
      if (error instanceof CorruptFileError) {
        await throwAway(wanted, ports);
        if (cameCorrupt) throw stillCorrupt(wanted, error, ports);
        cameCorrupt = true;
      } else if (error instanceof HubFaultError) {
        if (error.start_over) await throwAway(wanted, ports);
        faults = attempt.gained_bytes > 0 ? 1 : faults + 1;
        if (faults >= mostFaults) {
          const what = `${wanted.file.path} of ${wanted.repo} cannot be had whole`;
          throw givenUp(what, ports.hub.url, error);
        }
        await pauseAfter(error, faults, ports);
      } else {
        throw error;
      }
    }
  }
}

async function fetchOnce(wanted: WantedFile, attempt: Attempt, ports: FetchPorts): Promise<void> {
  const partial = incompleteOf(wanted.path);
  const target = await open(partial, 'a', 0o644);
  try {
    await fill(target, wanted, attempt, ports);
    await target.sync();
  } finally {
    await target.close();
  }
  // After a loss of power the file is whole or not there.
  await rename(partial, wanted.path);
  await syncFolder(dirname(wanted.path));
}

/** Appends what lacks. Returns only when the content is proven. */
async function fill(
  target: FileHandle,
  wanted: WantedFile,
  attempt: Attempt,
  { hub, token, signal, onBytes, onFault }: FetchPorts,
): Promise<void> {
  const { file } = wanted;
  let { size: at } = await target.stat();
  let hasher = hasherOf(file);
  const beginAnew = async () => {
    await target.truncate(0);
    onBytes(-at);
    at = 0;
    hasher = hasherOf(file);
  };
  if (at > file.size) await beginAnew();
  await hashFile(incompleteOf(wanted.path), at, hasher, signal);
  if (at < file.size) {
    const call = { token, signal };
    const opened = await hub.open({ ...wanted, offset: at, etag: attempt.etag }, call);
    attempt.etag = opened.etag;
    if (opened.offset !== at) await beginAnew();
    for await (const chunk of opened.chunks) {
      if (at + chunk.length > file.size) throw new CorruptFileError('it is too long');
      await append(target, chunk);
      hasher.update(chunk);
      at += chunk.length;
      attempt.gained_bytes += chunk.length;
      onBytes(chunk.length);
      onFault(null);
    }
  }
  if (at < file.size) throw new HubFaultError('the connection ended before the file did');
  if (hasher.hex() !== file.digest.hex) throw new CorruptFileError('its checksum is wrong');
}

/** The whole chunk: a disk that is about to be full takes a part of it first. */
async function append(target: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await target.write(chunk, at, chunk.length - at);
    at += bytesWritten;
  }
}

async function throwAway({ path }: WantedFile, { onBytes }: FetchPorts): Promise<void> {
  const size = await sizeIfThere(incompleteOf(path));
  await rm(incompleteOf(path), { force: true });
  onBytes(-(size ?? 0));
}

function stillCorrupt({ repo, file }: WantedFile, error: Error, { hub }: FetchPorts): ModelError {
  return new ModelError(
    'model_corrupt',
    `${file.path} of ${repo} came from ${hub.url} with a wrong content twice: ${error.message}. It was thrown away. A mirror or proxy on the way may hold a broken copy.`,
  );
}
