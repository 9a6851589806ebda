import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A digest of the names and contents of files and folders (without tests), given relative to `root`. What is not there
 * counts as empty.
 */
export function digestInputs(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesOf(join(root, path))).sort()) {
    const content = readFileSync(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined) return [];
  if (info.isFile()) return /\.test\.ts$/.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
}
