import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const repositoryRoot = fileURLToPath(new URL('../', import.meta.url));

export function inRepository(path: string): string {
  return `${repositoryRoot}${path}`;
}
