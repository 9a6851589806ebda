import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A script of the built dashboard. */
export interface Chunk {
  /** As pages name it: `assets/index-abc.js`. */
  file: string;
  code: string;
  gzipBytes: number;
}

/** Every script of the dashboard as it was built into `folder`. */
export function chunksIn(folder: string): Map<string, Chunk> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((file) => file.endsWith('.js'))
      .map((file) => {
        const code = readFileSync(join(folder, file), 'utf8');
        return [file, { file, code, gzipBytes: gzipSync(code).length }];
      }),
  );
}

/**
 * What a browser must have before it can show any page: the scripts that index.html names, and what those import
 * statically, however deep. @throws Error where one of them was not built
 */
export function firstLoad(folder: string): Chunk[] {
  const chunks = chunksIn(folder);
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file = '']) => file);
  const found = new Map<string, Chunk>();
  for (let file = wanted.pop(); file !== undefined; file = wanted.pop()) {
    if (found.has(file)) continue;
    const chunk = chunks.get(file);
    if (!chunk) throw new Error(`${file} was not built`);
    found.set(file, chunk);
    wanted.push(...staticImports(chunk));
  }
  return [...found.values()];
}

/** `import{a}from"./b.js"` and `import"./b.js"`, not `import("./b.js")`. */
function staticImports({ file, code }: Chunk): string[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const names = code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g);
  return [...names].map(([, name = '']) => folder + name);
}

export function gzipBytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
}
