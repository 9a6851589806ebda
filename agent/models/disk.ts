import { statfs } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { ModelError } from './errors.ts';

/** Why models cannot be kept at present, or null. Answers in time, and never rejects. */
export type DiskFault = () => Promise<string | null>;

const lookEveryMs = 10_000;

/** Bytes that the agent may still write on the disk of a folder that is there. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * Does the work while the disk can be used. A call to a disk that hangs has no end: the work is given up then, its signal
 * aborts, and what of it comes to an end later is nobody's. Throws `ModelError`, and what the work throws.
 */
export async function whileUsable<Result>(
  { fault, clock, signal }: { fault: DiskFault; clock: Clock; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  let ended = false;
  let cancel = () => {};
  async function look(): Promise<void> {
    const why = await fault();
    if (ended) return;
    if (why === null) cancel = clock.after(lookEveryMs, () => void look());
    else lost.abort(new ModelError('model_cache_unusable', why, 'restarting'));
  }
  const givenUp = new Promise<never>((_, reject) => {
    lost.signal.addEventListener('abort', () => reject(lost.signal.reason));
  });
  try {
    await Promise.race([look(), givenUp]);
    lost.signal.throwIfAborted();
    return await Promise.race([work(AbortSignal.any([signal, lost.signal])), givenUp]);
  } finally {
    ended = true;
    cancel();
  }
}
