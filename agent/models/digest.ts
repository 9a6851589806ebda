import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { HubFile } from './hub.ts';

export interface Hasher {
  update(chunk: Uint8Array): void;
  /** Lower-case hexadecimal. Ends it. */
  hex(): string;
}

/** Of the whole content of a file, as its digest in the hub's list is made. */
export function hasherOf({ digest, size }: Pick<HubFile, 'digest' | 'size'>): Hasher {
  const hash = createHash(digest.algorithm === 'sha256' ? 'sha256' : 'sha1');
  // Git hashes an object with its kind and size before it (gitformat: "blob <size>\0").
  if (digest.algorithm === 'git') hash.update(`blob ${size}\0`);
  return { update: (chunk) => void hash.update(chunk), hex: () => hash.digest('hex') };
}

/** Feeds the first `bytes` of a file that is there to `hasher`. */
export async function hashFile(
  path: string,
  bytes: number,
  hasher: Hasher,
  signal: AbortSignal,
): Promise<void> {
  if (bytes === 0) return;
  const chunks = createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20, signal });
  try {
    for await (const chunk of chunks) hasher.update(chunk);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}
