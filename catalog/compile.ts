import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { BackendDefinition } from '../contract/backend.ts';

/** A definition that ships with the control plane, as `src/backends/catalogue.ts` reads it. */
export interface CatalogueEntry {
  source: 'built_in' | 'community';
  /** Changes when the definition does. */
  digest: string;
  definition: BackendDefinition;
}

const folders = { built_in: 'built-in', community: 'community' } as const;

/** Reads and validates every definition of the catalogue. @throws with the file's name when one is not valid */
export function readCatalogue(): CatalogueEntry[] {
  return (Object.keys(folders) as (keyof typeof folders)[]).flatMap((source) => {
    const folder = join(import.meta.dirname, folders[source]);
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name): CatalogueEntry => {
        const text = readFileSync(join(folder, name), 'utf8');
        const parsed = BackendDefinition.safeParse(parse(text, { stringKeys: true }));
        if (!parsed.success) throw new Error(`${join(folder, name)}: ${parsed.error.message}`);
        const digest = createHash('sha256').update(JSON.stringify(parsed.data)).digest('hex');
        return { source, digest: digest.slice(0, 16), definition: parsed.data };
      });
  });
}

/** Writes the catalogue into `dist/`, for the Worker's bundle. wrangler runs this before it bundles. */
export default function compileCatalogue(): void {
  const dist = join(import.meta.dirname, '../dist');
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'catalogue.json'), JSON.stringify(readCatalogue()));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) compileCatalogue();
