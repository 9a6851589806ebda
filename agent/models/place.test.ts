import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchPlace } from './place.ts';

let root: string;
let state: string;
let folder: string;
/** What is mounted, by mount point. */
let mounted: Set<string>;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'longshore-place-')));
  state = join(root, 'state');
  folder = join(root, 'disk', 'models');
  mounted = new Set();
  await mkdir(state);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** As the agent's next process sees it. */
const place = (at = folder) =>
  watchPlace({
    folder: at,
    state,
    deviceOf: async (path) =>
      [...mounted].filter((mount) => path === mount || path.startsWith(`${mount}/`)).length,
  });
const disk = () => join(root, 'disk');

test('a folder that is not there is made, and is used', async () => {
  expect(await place()()).toBeNull();
  expect(existsSync(folder)).toBe(true);
});

test('what was on a disk of its own is not kept on the one below while that is away, and is again when it is back', async () => {
  await mkdir(disk());
  mounted.add(disk());
  expect(await place()()).toBeNull();

  mounted.delete(disk());
  await rm(folder, { recursive: true });
  const later = place();
  const fault = await later();
  expect(fault).toContain(`The disk that was mounted at ${disk()} is not there`);
  expect(fault).toContain(join(state, 'models.json'));
  expect(existsSync(folder)).toBe(false);

  mounted.add(disk());
  expect(await later()).toBeNull();
  expect(existsSync(folder)).toBe(true);
});

test('a link into a disk that is away makes no folder', async () => {
  const { symlink } = await import('node:fs/promises');
  await mkdir(disk());
  mounted.add(disk());
  const link = join(root, 'link');
  await mkdir(folder);
  await symlink(folder, link);
  expect(await place(link)()).toBeNull();
  mounted.delete(disk());
  await rm(folder, { recursive: true });
  expect(await place(link)()).toContain('is not there');
  expect(existsSync(folder)).toBe(false);
});

test('what lies beside the state may be emptied and moved with it', async () => {
  const beside = join(state, 'models');
  mounted.add(state);
  expect(await place(beside)()).toBeNull();
  mounted.delete(state);
  await rm(beside, { recursive: true });
  expect(await place(beside)()).toBeNull();
});

test('another folder is another place, and so is one whose record was removed or is torn', async () => {
  await mkdir(disk());
  mounted.add(disk());
  expect(await place()()).toBeNull();
  mounted.delete(disk());
  expect(await place(join(root, 'elsewhere'))()).toBeNull();
  await writeFile(join(state, 'models.json'), '{"folder":');
  expect(await place()()).toBeNull();
  const written: unknown = JSON.parse(await readFile(join(state, 'models.json'), 'utf8'));
  expect(written).toEqual({ folder, mount: null });
});

test('what cannot be made or written is said, and used once it can', async () => {
  await writeFile(disk(), 'no folder');
  const look = place();
  expect(await look()).toMatch(/^Models cannot be kept in .*ENOTDIR.*--models\.$/);
  await rm(disk());
  expect(await look()).toBeNull();
  if (process.getuid?.() === 0) return;
  await chmod(folder, 0o500);
  expect(await look()).toContain('EACCES');
});

test('a disk that does not answer is said in time, and asked once until it does', async () => {
  let asked = 0;
  let answer = () => {};
  const look = watchPlace({
    folder,
    state,
    deadline_ms: 20,
    deviceOf: async () => {
      asked++;
      if (asked === 1) await new Promise<void>((resolve) => (answer = resolve));
      return 1;
    },
  });
  expect(await look()).toContain('does not answer');
  expect(await look()).toContain('does not answer');
  expect(asked).toBe(1);
  answer();
  await expect.poll(look).toBeNull();
});
