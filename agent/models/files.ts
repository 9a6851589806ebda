import type { Dirent } from 'node:fs';
import { chmod, link, mkdir, open, readdir, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isErrno } from '../atomic-file.ts';

/** Null: no such file. Follows links. */
export async function sizeIfThere(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return null;
    throw error;
  }
}

/** Makes what was renamed or linked in it outlive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Folders from `root` down to the one of `path`, open to every user: a container's user is another one than the agent's,
 * whose umask may be narrow.
 */
export async function makeFoldersFor(path: string, root: string): Promise<void> {
  const folder = dirname(path);
  if (folder !== root) await makeFoldersFor(folder, root);
  try {
    await mkdir(folder);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    throw error;
  }
  await chmod(folder, 0o755);
}

/** A second name for the file, which every user may read. */
export async function linkReadable(file: string, name: string): Promise<void> {
  await chmod(file, 0o644);
  await keepIfThere(link(file, name));
}

export async function symlinkOnce(target: string, name: string): Promise<void> {
  await keepIfThere(symlink(target, name));
}

async function keepIfThere(made: Promise<void>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

/** The names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await entriesIn(folder, false)).map(({ name }) => name);
}

/** Paths, from `folder` on, of the files in it and in its folders. */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await entriesIn(folder, true))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

async function entriesIn(folder: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive, withFileTypes: true });
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
