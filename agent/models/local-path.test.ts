import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testSpec } from '../testing/launch-spec.ts';
import { localPathTrouble } from './local-path.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-local-'));
});
afterEach(() => rm(folder, { recursive: true }));

const troubleOf = (host_path: string) =>
  localPathTrouble(testSpec({ model: { source: 'local_path', host_path, path: host_path } }));

test('a folder and a file can be used', async () => {
  await writeFile(join(folder, 'model.gguf'), 'x');
  expect(await troubleOf(folder)).toBeNull();
  expect(await troubleOf(join(folder, 'model.gguf'))).toBeNull();
});

test('what is not there, and what stands below a file, is named', async () => {
  await writeFile(join(folder, 'file'), 'x');
  for (const path of [join(folder, 'nothing'), join(folder, 'file/below')]) {
    expect(await troubleOf(path)).toMatchObject({
      state: 'failed',
      reason: 'model_path_missing',
      message: expect.stringContaining(path),
    });
  }
});

test('what is neither a file nor a folder is named', async () => {
  const path = join(folder, 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(await troubleOf(path)).toMatchObject({ reason: 'model_path_wrong_kind' });
  await new Promise((resolve) => server.close(resolve));
});

// To root everything is readable.
test.skipIf(process.getuid?.() === 0)('what cannot be read is named', async () => {
  await chmod(folder, 0o300);
  expect(await troubleOf(folder)).toMatchObject({ reason: 'model_path_unreadable' });
  await chmod(folder, 0o700);
});
