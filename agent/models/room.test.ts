import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { contentOf, type ModelBench, modelBench, modelLaunch } from '../testing/model-bench.ts';
import { bytesOf, type CachedSnapshot, planEviction } from './eviction.ts';
import type { ModelsOptions } from './models.ts';

const bytes = (count: number, seed: number) => Buffer.alloc(count, seed);

let bench: ModelBench | undefined;
afterEach(() => bench?.stop());

async function benchWith(options: Partial<ModelsOptions>) {
  bench = await modelBench(options);
  return bench;
}

const launchOf = (repo: string) => modelLaunch({ repo_id: `org/${repo}` }, { instance_id: repo });

/** Models of which there are bytes. */
async function held({ folder }: ModelBench): Promise<string[]> {
  const paths = await readdir(join(folder, 'hub'), { recursive: true });
  const blobs = paths.map((path) => /^models--org--([^/]+)\/blobs\/./.exec(path)?.[1] ?? '');
  return [...new Set(blobs.filter(Boolean))].sort();
}

describe('a cache with a limit', () => {
  async function limited() {
    const made = await benchWith({ limit_bytes: 3000 });
    for (const [at, repo] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      made.hub.commit(`org/${repo}`, { 'w.bin': bytes(1000, at) });
    }
    for (const repo of ['a', 'b', 'c']) {
      await made.ensure(launchOf(repo));
      made.clock.expireLimits();
    }
    return made;
  }

  test('removes what was not used for longest, and nothing that is in use', async () => {
    const made = await limited();
    const gone = (repo: string) => made.state.inUse?.delete(launchOf(repo).name);
    gone('b');
    gone('c');
    await made.ensure(launchOf('d'));
    expect(await held(made)).toEqual(['a', 'c', 'd']);
    // It was used again, later than the others.
    await made.ensure(launchOf('c'));
    gone('d');
    gone('c');
    made.clock.expireLimits();
    await made.ensure(launchOf('c'));
    gone('c');
    await made.ensure(launchOf('e'));
    expect(await held(made)).toEqual(['a', 'c', 'e']);
    expect(await contentOf(await made.ensure(launchOf('a')))).toHaveProperty(['w.bin']);
  });

  test('takes nothing more when all of it is in use, and says so', async () => {
    const made = await limited();
    await expect(made.ensure(launchOf('d'))).rejects.toMatchObject({
      reason: 'model_cache_full',
      message: expect.stringMatching(/1 kB more.*at most 3 kB.*3 kB are in use/),
    });
    expect(await held(made)).toEqual(['a', 'b', 'c']);
  });

  test('removes nothing while it is not known what is in use', async () => {
    const made = await limited();
    made.state.inUse = null;
    await expect(made.ensure(launchOf('d'))).rejects.toMatchObject({ reason: 'model_cache_full' });
    expect(await held(made)).toEqual(['a', 'b', 'c']);
  });

  test('leaves nothing of what it removes, and keeps what another snapshot shares', async () => {
    const made = await limited();
    const { folder, state, hub } = made;
    hub.commit('org/a', { 'w.bin': bytes(1000, 0), 'new.json': '' });
    const old = launchOf('a').name;
    state.inUse?.delete(launchOf('b').name);
    const next = modelLaunch({ repo_id: 'org/a' }, { instance_id: 'a', generation: 2 });
    await made.ensure(next);
    expect(hub.fetched('/w.bin').filter(({ path }) => path.startsWith('/org/a'))).toHaveLength(1);
    state.inUse?.delete(old);
    state.inUse?.delete(launchOf('c').name);
    await made.ensure(launchOf('d'));
    await made.ensure(launchOf('e'));
    expect(await held(made)).toEqual(['a', 'd', 'e']);
    const kept = await readdir(join(folder, 'longshore/snapshots'));
    expect(kept.map((key) => key.slice(0, 6)).sort()).toEqual(['org--a', 'org--d', 'org--e']);
    expect(await readdir(join(folder, 'hub/models--org--a/snapshots'))).toHaveLength(1);
    expect(await contentOf(await made.ensure(next))).toHaveProperty(['new.json']);
  });

  test('goes on with a removal that a crash cut short', async () => {
    const made = await limited();
    const { folder, state } = made;
    state.inUse?.delete(launchOf('a').name);
    const [key = ''] = (await readdir(join(folder, 'longshore/snapshots'))).filter((name) =>
      name.startsWith('org--a'),
    );
    await rm(join(folder, 'longshore/snapshots', key, 'files'), { recursive: true });
    await rm(join(folder, 'hub/models--org--a/snapshots'), { recursive: true });
    made.restart();
    await made.ensure(launchOf('d'));
    expect(await held(made)).toEqual(['b', 'c', 'd']);
    expect((await readdir(join(folder, 'longshore/snapshots'))).includes(key)).toBe(false);
  });
});

describe('a disk that is short', () => {
  test('is seen before the first byte, and what is not in use makes room', async () => {
    let free = 10_000;
    const made = await benchWith({ freeBytes: async () => free, reserve_bytes: 5000 });
    made.hub.commit('org/old', { 'w.bin': bytes(4000, 1) });
    made.hub.commit('org/new', { 'w.bin': bytes(4000, 2) });
    await made.ensure(launchOf('old'));
    free = 6000;
    const refused = made.ensure(launchOf('new'));
    await expect(refused).rejects.toMatchObject({
      reason: 'model_disk_full',
      message: expect.stringMatching(/4 kB more.*6 kB are free.*5 kB are kept/),
    });
    expect(made.hub.fetched('new/w.bin')).toEqual([]);
    made.state.inUse?.delete(launchOf('old').name);
    await expect(made.ensure(launchOf('new'))).rejects.toMatchObject({ reason: 'model_disk_full' });
    expect(await held(made)).not.toContain('old');
    free = 10_000;
    await made.ensure(launchOf('new'));
  });

  test.skipIf(process.getuid?.() !== 0)(
    'and that fills up on the way: said so, what came is kept, and it goes on when there is room',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'longshore-full-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
      try {
        const made = await benchWith({ folder });
        const weights = bytes(2_000_000, 7);
        made.hub.commit('org/big', { 'w.bin': weights });
        await expect(made.ensure(launchOf('big'))).rejects.toMatchObject({
          reason: 'model_disk_full',
          state: 'failed',
          message: expect.stringContaining('--models'),
        });
        execFileSync('mount', ['-o', 'remount,size=4m', folder]);
        const got = await made.ensure(launchOf('big'));
        expect(weights.equals(await readFile(join(got ?? '', 'w.bin')))).toBe(true);
        const ranges = made.hub.requests.filter(({ host }) => host === 'cdn');
        expect(ranges[1]?.range).toMatch(/^bytes=[1-9]\d{5}/);
      } finally {
        execFileSync('umount', ['--lazy', folder]);
        await rm(folder, { recursive: true });
      }
    },
  );
});

test('a plan never names what is in use, names no more than it must, and the oldest first', () => {
  const snapshot = fc.record({
    last_used_ms: fc.nat(20),
    in_use: fc.boolean(),
    blobs: fc.array(fc.nat(8), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(snapshot, { maxLength: 8 }), fc.nat(60), (drawn, toFree) => {
      const all = drawn.map(
        (one, at): CachedSnapshot => ({
          ...one,
          key: String(at),
          blobs: new Map(one.blobs.map((blob) => [`blob-${blob}`, blob + 1])),
        }),
      );
      const { keys, missing_bytes } = planEviction(all, toFree);
      const gone = all.filter(({ key }) => keys.includes(key));
      const kept = all.filter(({ key }) => !keys.includes(key));
      const freed = bytesOf(all) - bytesOf(kept);
      expect(gone.some(({ in_use }) => in_use)).toBe(false);
      expect(missing_bytes).toBe(Math.max(0, toFree - freed));
      const unusedKept = kept.filter(({ in_use }) => !in_use);
      if (missing_bytes > 0) expect(unusedKept).toEqual([]);
      const newestGone = Math.max(...gone.map(({ last_used_ms }) => last_used_ms));
      for (const { last_used_ms } of unusedKept) {
        expect(last_used_ms).toBeGreaterThanOrEqual(newestGone);
      }
      const last = all.find(({ key }) => key === keys.at(-1));
      if (last) expect(freed - (bytesOf([...kept, last]) - bytesOf(kept))).toBeLessThan(toFree);
    }),
  );
});
