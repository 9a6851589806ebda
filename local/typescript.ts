import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inRepository } from './paths.ts';

/** The command that runs a TypeScript file of this repository with this Node. */
export function typescriptCommand(file: string): [string, ...string[]] {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [process.execPath, '--import', loader, inRepository(file)];
}
