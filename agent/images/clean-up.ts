import { canonicalImage } from '../../contract/image-reference.ts';
import type { Engine } from '../docker/engine.ts';
import { EngineRefusedError } from '../docker/errors.ts';
import type { DockerDisk } from '../inventory/inventory.ts';
import type { PulledImage } from '../journal.ts';
import type { Log } from '../log.ts';
import type { ImageRecords } from './records.ts';

export interface CleanUp {
  engine: Pick<Engine, 'inspectImage' | 'usedImages' | 'removeImage'>;
  records: ImageRecords;
  /** Canonical names that desired launches or pulls need, at this moment; null: not known, and nothing may go. */
  needed: () => ReadonlySet<string> | null;
  readDisk: () => Promise<DockerDisk | null>;
  isEnough: (disk: DockerDisk) => boolean;
  log: Log;
}

/**
 * Removes images until there is room enough: the least recently used first, only those that this agent pulled, that no
 * container uses and that nothing desired names. False when that was not enough. Without force: the engine itself
 * keeps what a container began to use meanwhile.
 */
export async function cleanUpImages(options: CleanUp): Promise<boolean> {
  const { engine, records, needed, readDisk, isEnough, log } = options;
  const used = await engine.usedImages();
  for (const record of leastRecentlyUsed(records.all())) {
    const disk = await readDisk();
    if (disk === null || isEnough(disk)) return true;
    if (used.has(record.id)) continue;
    const target = await targetOf(record, options);
    if (target === 'gone') records.forget(record);
    if (target === 'gone' || target === 'others') continue;
    // Asked last: a desired set may have come meanwhile.
    const names = needed();
    if (names === null) return false;
    // Without a name it is not what they mean.
    if (target === record.image && names.has(target)) continue;
    if (!(await removed(target, options))) continue;
    records.forget(record);
    log.info('image removed, to make room', { image: record.image });
  }
  const disk = await readDisk();
  return disk === null || isEnough(disk);
}

export function leastRecentlyUsed(records: readonly PulledImage[]): PulledImage[] {
  return [...records].sort((one, other) => one.last_used_ms - other.last_used_ms);
}

/**
 * What to remove for a record: its name where that still means this image; the image itself when a newer one took the
 * name and no name is left; nothing while others named it.
 */
async function targetOf({ image, id }: PulledImage, { engine }: CleanUp) {
  const named = await engine.inspectImage(image);
  if (named?.id === id) return image;
  const moved = await engine.inspectImage(id);
  if (moved === null) return 'gone';
  return moved.tags.some((tag) => canonicalImage(tag) !== image) ? 'others' : id;
}

async function removed(target: string, { engine, log }: CleanUp): Promise<boolean> {
  try {
    await engine.removeImage(target);
    return true;
  } catch (error) {
    if (!(error instanceof EngineRefusedError)) throw error;
    log.warn('an image stays', { image: target, message: error.message });
    return false;
  }
}
