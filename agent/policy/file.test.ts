import { chmod, chown, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePolicy, readPolicy } from './file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-policy-'));
  file = join(folder, 'policy.yaml');
});
afterEach(() => rm(folder, { recursive: true }));

const read = (uid: number | null, named = false, stamp = '') =>
  readPolicy({ file, named, uid }, stamp);
const whyOf = async (uid: number | null) => {
  const state = (await read(uid))?.state;
  return state?.kind === 'broken' ? state.why : state?.kind;
};

test('no file is no policy, unless somebody named it', async () => {
  expect((await read(0))?.state).toEqual({ kind: 'none' });
  expect((await read(0, true))?.state.kind).toBe('broken');
});

test('a file is read once, and again when it is another', async () => {
  await writeFile(file, 'host_network: false');
  const first = await read(null);
  expect(first?.state).toEqual({ kind: 'policy', policy: { host_network: false } });
  expect(await read(null, false, first?.stamp)).toBeNull();
  await writeFile(file, 'host_network: true');
  expect((await read(null, false, first?.stamp))?.state).toMatchObject({
    policy: { host_network: true },
  });
});

describe.skipIf(process.getuid?.() !== 0)('for root a policy counts only', () => {
  beforeEach(() => writeFile(file, 'host_network: false'));

  test('when it is root’s', async () => {
    expect(await whyOf(0)).toBe('policy');
    await chown(file, 1000, 0);
    expect(await whyOf(0)).toContain('does not belong to root');
    expect(await whyOf(1000)).toBe('policy');
  });

  test.each([0o664, 0o646])('when nobody else may write it (mode %o)', async (mode) => {
    await chmod(file, mode);
    expect(await whyOf(0)).toContain('others than root may write it');
  });

  test('when nobody else may put another in its place', async () => {
    await chmod(folder, 0o777);
    expect(await whyOf(0)).toContain('may write its folder');
  });

  test('when the trust that was lost comes back', async () => {
    const first = await read(0);
    await chmod(file, 0o666);
    expect((await read(0, false, first?.stamp))?.state.kind).toBe('broken');
    await chmod(file, 0o644);
    expect((await read(0, false, ''))?.state.kind).toBe('policy');
  });

  test('where a link leads to such a file', async () => {
    const link = join(folder, 'link.yaml');
    await symlink(file, link);
    await chown(file, 1000, 0);
    const found = await readPolicy({ file: link, named: true, uid: 0 }, '');
    expect(found?.state.kind).toBe('broken');
  });
});

describe('a file that is not understood is no permission', () => {
  test.each([
    ['', /empty/],
    ['# rules to come\n', /empty/],
    ['image: [a]', /Unrecognized key: "image"/],
    ['limits: { memory: 1GiB }', /limits: Unrecognized key/],
    ['images: a', /^images: /],
    ['images: [a', /./],
    ['images: [a]\nimages: [b]', /unique/i],
    ['ports: 9-1', /ports: must lie in/],
    ['mounts: [models]', /mounts.0: must be an absolute path/],
    ['mounts: [/srv/../etc]', /mounts.0: must be written without/],
    ['limits: { memory_total: 64 }\ngpus: [-1]', /gpus/],
    ['limits: { memory_total: lots }', /such as 64GiB/],
    ['- images', /./],
  ])('%j', (text, why) => {
    const state = parsePolicy(text);
    expect(state.kind).toBe('broken');
    expect(state.kind === 'broken' && state.why).toMatch(why);
  });
});

test('memory is bytes, or has a unit', () => {
  const total = (written: string) => {
    const state = parsePolicy(`limits: { memory_total: ${written} }`);
    return state.kind === 'policy' && state.policy.limits?.memory_total;
  };
  expect(['1000', '1.5GiB', '64 GB', '1TiB'].map(total)).toEqual([
    1000,
    1.5 * 2 ** 30,
    64e9,
    2 ** 40,
  ]);
});
