import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test('the migrations make the schema of the code: generating another one changes nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-drizzle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'drizzle'), folder, { recursive: true });
  const before = readdirSync(folder);
  const output = execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/drizzle-kit/bin.cjs'),
      'generate',
      '--dialect=turso',
      '--schema=./src/db/schema/index.ts',
      `--out=${relative(root, folder)}`,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(readdirSync(folder), output).toEqual(before);
});
