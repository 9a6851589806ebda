import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { digestInputs } from './inputs.ts';

const root = mkdtempSync(join(tmpdir(), 'longshore-inputs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a digest changes with names and contents, and with nothing else', () => {
  mkdirSync(join(root, 'src/deep'), { recursive: true });
  const write = (name: string, content: string) => writeFileSync(join(root, name), content);
  const digest = () => digestInputs(root, ['src', 'file', 'missing']);
  write('src/deep/a.ts', 'a');
  write('file', 'f');
  const first = digest();
  expect(first).toMatch(/^[0-9a-f]{64}$/);

  write('src/a.test.ts', 'a test');
  write('elsewhere', 'e');
  write('file', 'f');
  expect(digest()).toBe(first);

  write('file', 'g');
  const changed = digest();
  write('file', 'f');
  write('src/b.ts', '');
  const added = digest();
  expect(new Set([first, changed, added]).size).toBe(3);
});
