export interface CachedSnapshot {
  key: string;
  last_used_ms: number;
  /** It is mounted, wanted by a launch, or being downloaded. */
  in_use: boolean;
  /** What of it is on the disk, by path. Snapshots of one repository may share some. */
  blobs: ReadonlyMap<string, number>;
}

/**
 * Which snapshots to remove to free so many bytes: the least recently used first, none in use, and no more than needed.
 * A blob is freed with the last snapshot that has it. What cannot be freed is `missing`.
 */
export function planEviction(
  snapshots: readonly CachedSnapshot[],
  bytesToFree: number,
): { keys: string[]; missing_bytes: number } {
  const holders = new Map<string, number>();
  for (const { blobs } of snapshots) {
    for (const blob of blobs.keys()) holders.set(blob, (holders.get(blob) ?? 0) + 1);
  }
  const keys: string[] = [];
  let missing = bytesToFree;
  const unused = snapshots
    .filter(({ in_use }) => !in_use)
    .sort((one, other) => one.last_used_ms - other.last_used_ms);
  for (const { key, blobs } of unused) {
    if (missing <= 0) break;
    keys.push(key);
    for (const [blob, bytes] of blobs) {
      const left = (holders.get(blob) ?? 1) - 1;
      holders.set(blob, left);
      if (left === 0) missing -= bytes;
    }
  }
  return { keys, missing_bytes: Math.max(0, missing) };
}

/** Bytes that the snapshots take on the disk together. */
export function bytesOf(snapshots: readonly CachedSnapshot[]): number {
  const all = new Map(snapshots.flatMap(({ blobs }) => [...blobs]));
  return [...all.values()].reduce((sum, bytes) => sum + bytes, 0);
}
