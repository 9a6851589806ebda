/** One file that a program loads at start: where it lies here, and every path under which the loader may ask for it. */
export interface SharedLibrary {
  source: string;
  paths: string[];
}

/**
 * Reads what `ldd` prints (glibc's or musl's), the loader included. A statically linked program gives an empty list.
 * Throws when a library is missing.
 */
export function parseLdd(output: string): SharedLibrary[] {
  if (isStatic(output)) return [];
  const bySource = new Map<string, Set<string>>();
  for (const line of output.split('\n')) {
    const text = line.replace(/\(0x[0-9a-f]+\)\s*$/i, '').trim();
    const [name = '', target = name] = text.split(/\s+=>\s+/);
    if (target === 'not found') throw new Error(`the shared library ${name} was not found`);
    // The kernel's own vdso has no file.
    if (!target.startsWith('/')) continue;
    const paths = bySource.get(target) ?? new Set([target]);
    paths.add(name.startsWith('/') ? name : `${folderOf(target)}/${name}`);
    bySource.set(target, paths);
  }
  return [...bySource].map(([source, paths]) => ({ source, paths: [...paths] }));
}

/** Whether `ldd` says that the program loads nothing. */
export function isStatic(output: string): boolean {
  return /not a (valid )?dynamic (executable|program)|statically linked/i.test(output);
}

/** Folders that the loader would not search by itself in a root filesystem without /etc/ld.so.cache. */
export function unusualFolders(libraries: SharedLibrary[]): string[] {
  const usual = /^(\/usr)?\/lib(64)?(\/[a-z0-9_]+-linux-(gnu|musl)[a-z0-9]*)?$/;
  const folders = libraries
    .filter((library) => !/\/ld(64)?[-.][^/]*$/.test(library.source))
    .map((library) => folderOf(library.source));
  return [...new Set(folders)].filter((folder) => !usual.test(folder));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
