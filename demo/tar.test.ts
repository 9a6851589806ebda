import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type TarEntry, writeTar } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'longshore-tar-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function archive(entries: TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function systemTar(args: string[], input: Buffer): string {
  const result = spawnSync('tar', args, { input, cwd: folder });
  expect(`${result.stderr}`).toBe('');
  expect(result.status).toBe(0);
  return `${result.stdout}`;
}

const file = (path: string, text: string, mode = 0o644): TarEntry => {
  return { path, mode, kind: 'file', content: Buffer.from(text) };
};

describe('the system tar reads what writeTar writes', () => {
  const long = `${'nested/'.repeat(20)}${'f'.repeat(90)}`;

  test('names, modes and owner', async () => {
    const tar = await archive([
      { path: 'tmp', mode: 0o1777, kind: 'folder' },
      file('etc/passwd', 'root', 0o600),
      file(long, 'deep'),
    ]);
    expect(tar.byteLength % 512).toBe(0);
    const lines = systemTar(['-tv', '--numeric-owner', '-f', '-'], tar).trim().split('\n');
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual([
      'drwxrwxrwt',
      '-rw-------',
      '-rw-r--r--',
    ]);
    expect(lines.map((line) => line.split(/\s+/)[1])).toEqual(['0/0', '0/0', '0/0']);
    expect(lines.map((line) => line.split(/\s+/).at(-1))).toEqual(['tmp/', 'etc/passwd', long]);
  });

  test.each([0, 1, 511, 512, 513, 3_000_000])(
    'a file of %i bytes comes out whole',
    async (size) => {
      const source = join(folder, 'source');
      writeFileSync(source, Buffer.alloc(size, 'longshore'));
      const tar = await archive([
        { path: 'copy', mode: 0o755, kind: 'file', content: { fromFile: source } },
        file('after', 'still in place'),
      ]);
      systemTar(['-xf', '-'], tar);
      expect(readFileSync(join(folder, 'copy')).equals(readFileSync(source))).toBe(true);
      expect(statSync(join(folder, 'copy')).mode & 0o777).toBe(0o755);
      expect(readFileSync(join(folder, 'after'), 'utf8')).toBe('still in place');
    },
  );
});

test('a path that ustar cannot hold is refused', async () => {
  await expect(archive([file('x'.repeat(101), '')])).rejects.toThrow('too long');
});
