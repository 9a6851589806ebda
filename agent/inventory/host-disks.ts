import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Condition, Disk } from '../../contract/host.ts';
import { inTime } from '../in-time.ts';

export interface Space {
  total_bytes: number;
  free_bytes: number;
}

const ask = inTime<StatsFs>(5000);

/** Of the file system that holds a path; null when the path is not there, as in a container, or its disk is silent. */
export async function readSpace(path: string): Promise<Space | null> {
  try {
    const found = await ask(path, () => statfs(path));
    if (found === null) return null;
    return { total_bytes: found.bsize * found.blocks, free_bytes: found.bsize * found.bavail };
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return null;
    throw error;
  }
}

const gibibyte = 1024 ** 3;
/** Low: less than this, and less than this part of the disk. */
const lowBytes = 20 * gibibyte;
const lowPart = 0.1;

/** Whether a disk is low. One that is stays so until it is clearly not: else each image and log would be news. */
export function isLow({ total_bytes, free_bytes }: Space, wasLow: boolean): boolean {
  const factor = wasLow ? 1.5 : 1;
  return free_bytes < Math.min(lowBytes, total_bytes * lowPart) * factor;
}

export function modelsUnavailable(fault: string): Condition {
  return { code: 'models_unavailable', message: fault.slice(0, 1024) };
}

export type DiskWatch = (
  folders: readonly Pick<Disk, 'role' | 'path'>[],
) => Promise<{ disks: Disk[]; conditions: Condition[] }>;

/**
 * The disks of some folders. How much is free changes at every moment, and an idle host has nothing to tell: only that
 * it has become low is told.
 */
export function watchDisks(read: typeof readSpace): DiskWatch {
  const low = new Set<string>();
  return async (folders) => {
    const disks: Disk[] = [];
    const conditions: Condition[] = [];
    for (const { role, path } of folders) {
      const space = await read(path);
      if (!space) continue;
      disks.push({ role, path: path.slice(0, 1024), total_bytes: space.total_bytes });
      if (!isLow(space, low.has(path))) {
        low.delete(path);
        continue;
      }
      low.add(path);
      const what = role === 'docker' ? 'images and containers' : 'models';
      const message = `The disk of the ${what} (${path}) is nearly full. Free some of its ${Math.round(space.total_bytes / gibibyte)} GiB: what is not needed of images goes by "docker image prune".`;
      conditions.push({ code: `disk_low_${role}`, message: message.slice(0, 1024) });
    }
    return { disks, conditions };
  };
}
