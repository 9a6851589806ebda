import type { PullProgress } from '../docker/pull-progress.ts';
import { bytesInWords } from '../docker/pull-progress.ts';
import type { Space } from '../inventory/host-disks.ts';
import { ImageError } from './errors.ts';

/** Stays free on the disk of the Docker engine: logs and running containers write there too. */
export const reserveBytes = 2 * 1024 ** 3;

/** What a pull still has to write, at least: unpacked it is more, and how much nobody knows. */
export function bytesToCome({ bytes_done, bytes_total }: PullProgress): number {
  return Math.max(0, bytes_total - bytes_done);
}

export function hasRoomFor(bytes: number, { free_bytes }: Space): boolean {
  return free_bytes >= bytes + reserveBytes;
}

export function noRoom(image: string, bytes: number, path: string, space: Space): ImageError {
  const needs = bytes > 0 ? `needs ${bytesInWords(bytes)} more` : 'is not begun';
  return new ImageError(
    'image_no_space',
    `The pull of ${image} ${needs}: ${bytesInWords(space.free_bytes)} are free on the disk of the Docker engine (${path}), of which ${bytesInWords(reserveBytes)} are kept. Free some of it: what is not needed of images goes by "docker image prune --all".`,
  );
}

/** Part of the disk that is not free, in percent. */
export function percentUsed({ total_bytes, free_bytes }: Space): number {
  return total_bytes === 0 ? 0 : (1 - free_bytes / total_bytes) * 100;
}
