import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentOf, type ModelBench, modelBench, modelLaunch } from '../testing/model-bench.ts';
import { type HubFault, sha256 } from '../testing/model-hub.ts';

const weights = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
const whole = { 'w.bin': weights.toString('latin1') };

let bench: ModelBench;
beforeEach(async () => {
  bench = await modelBench();
  bench.hub.commit('org/tiny', { 'w.bin': weights });
});
afterEach(() => bench.stop());

const blobPath = () => join(bench.folder, 'hub/models--org--tiny/blobs', sha256(weights));

/** To the requests for the weights, in turn. */
function happens(...acts: HubFault['act'][]): void {
  for (const act of acts) {
    bench.hub.faults.push({ matches: (path) => path.startsWith('cdn:'), act });
  }
}

async function arrives(): Promise<void> {
  expect(await contentOf(await bench.ensure(modelLaunch()))).toEqual(whole);
}

/** What was asked for of the file, in turn: from which byte on. */
function parts(): (string | null)[] {
  return bench.hub.requests.filter(({ host }) => host === 'cdn').map(({ range }) => range);
}

async function grown(path: string, size: number): Promise<void> {
  await expect
    .poll(async () => (await stat(path).catch(() => null))?.size, { interval: 1, timeout: 20_000 })
    .toBe(size);
}

const from = (byte: number) => `bytes=${byte}-${weights.length - 1}`;

describe('a download', () => {
  test('that is cut goes on from where it was, as often as it takes', async () => {
    happens(
      { kind: 'cut', after_bytes: 100_000 },
      { kind: 'cut', after_bytes: 50_000 },
      { kind: 'cut', after_bytes: 100_000 },
    );
    await arrives();
    expect(parts()).toEqual([null, from(100_000), from(150_000), from(250_000)]);
    // Bytes came each time: it never waits longer than at first.
    expect(bench.clock.pauses).toEqual([500, 500, 500]);
  });

  test('goes on after a restart of the agent', async () => {
    happens({ kind: 'stall', after_bytes: 100_000 });
    const abort = new AbortController();
    const ensured = bench.ensure(modelLaunch(), { signal: abort.signal });
    const partial = `${blobPath()}.incomplete`;
    await grown(partial, 100_000);
    abort.abort(new Error('the agent ends'));
    await expect(ensured).rejects.toThrow('the agent ends');
    bench.restart();
    await arrives();
    expect(parts()).toEqual([null, from(100_000)]);
  });

  test('that says nothing for a minute is begun again', async () => {
    happens({ kind: 'stall', after_bytes: 100_000 });
    const said: string[] = [];
    const ensured = bench.ensure(modelLaunch(), { onProgress: (text) => said.push(text) });
    const partial = `${blobPath()}.incomplete`;
    await grown(partial, 100_000);
    bench.clock.expireLimits();
    expect(await contentOf(await ensured)).toEqual(whole);
    expect(parts()).toEqual([null, from(100_000)]);
    expect(said.join()).toContain('nothing came for 60 s');
  });

  test('starts over where the server does not heed the offset, or gives another part', async () => {
    happens({ kind: 'cut', after_bytes: 100_000 }, { kind: 'ignore_range' });
    await arrives();
    await rm(bench.folder, { recursive: true });
    happens({ kind: 'cut', after_bytes: 100_000 }, { kind: 'other_part' });
    await arrives();
    expect(parts()).toEqual([null, from(100_000), null, from(100_000), null]);
  });

  test('of what is another file by now starts over', async () => {
    happens({ kind: 'cut', after_bytes: 100_000 }, { kind: 'etag', etag: '"another"' });
    await arrives();
    const asked = bench.hub.requests.filter(({ host }) => host === 'cdn');
    expect(asked.map(({ if_range }) => if_range)).toEqual([null, `"${sha256(weights)}"`]);
  });

  test('whose address has run out gets a new one', async () => {
    happens({ kind: 'status', status: 403 });
    await arrives();
    expect(bench.hub.fetched('/w.bin')).toHaveLength(2);
  });

  test('is tried again after faults of the hub, when the hub wants, and later each time', async () => {
    happens(
      { kind: 'status', status: 500 },
      { kind: 'status', status: 429, headers: { 'retry-after': '90' } },
      { kind: 'status', status: 502 },
      { kind: 'cut', after_bytes: 0 },
    );
    await arrives();
    expect(bench.clock.pauses).toEqual([500, 90_000, 2000, 4000]);
  });

  test('that gets nowhere is given up for now, says why, and goes on later', async () => {
    happens({ kind: 'cut', after_bytes: 100_000 });
    happens(...Array.from({ length: 8 }, () => ({ kind: 'status', status: 503 }) as const));
    await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({
      reason: 'model_download_failed',
      state: 'restarting',
      message: expect.stringMatching(/w\.bin of org\/tiny.*HTTP 503/),
    });
    bench.hub.faults.length = 0;
    await arrives();
    expect(parts().at(-1)).toBe(from(100_000));
  });

  test("takes a proxy's page for no answer", async () => {
    bench.hub.faults.push(
      { matches: (path) => path.includes('/revision/'), act: { kind: 'page' } },
      { matches: (path) => path.includes('/tree/'), act: { kind: 'page' } },
    );
    await arrives();
  });
});

describe('content', () => {
  test('that is wrong is thrown away and fetched anew', async () => {
    happens({ kind: 'wrong_bytes' });
    await arrives();
    expect(parts()).toEqual([null, null]);
  });

  test('that is wrong twice is an error, and nothing of it is kept', async () => {
    happens({ kind: 'wrong_bytes' }, { kind: 'too_long' });
    await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({
      reason: 'model_corrupt',
      state: 'failed',
      message: expect.stringContaining('w.bin of org/tiny'),
    });
    expect(await readdir(dirname(blobPath()))).toEqual([]);
  });

  test('of a small file is proven too', async () => {
    bench.hub.commit('org/tiny', { 'config.json': '{"a": 1}' });
    const act = { kind: 'wrong_bytes' } as const;
    bench.hub.faults.push({ matches: (path) => path.includes('/resolve/'), act, times: 2 });
    await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({ reason: 'model_corrupt' });
  });
});

describe('what an agent left that was killed', () => {
  const partial = () => `${blobPath()}.incomplete`;
  const leftovers: [string, () => Promise<void>][] = [
    ['a part of a file', () => writeFile(partial(), weights.subarray(0, 1000))],
    ['a part that a loss of power spoiled', () => writeFile(partial(), Buffer.alloc(1000))],
    ['a whole file that was not moved yet', () => writeFile(partial(), weights)],
    ['more than the file has', () => writeFile(partial(), Buffer.alloc(400_000))],
    ['a file that was not linked yet', () => writeFile(blobPath(), weights)],
    ['a file in its place that is wrong', () => writeFile(blobPath(), Buffer.alloc(300_000))],
    ['a file in its place that is short', () => writeFile(blobPath(), 'x')],
  ];

  test.each(leftovers)('%s: the model is whole in the end', async (_what, leave) => {
    await mkdir(dirname(blobPath()), { recursive: true });
    await leave();
    await arrives();
    expect(await readdir(dirname(blobPath()))).toEqual([sha256(weights)]);
  });

  test('a snapshot without its files, links without their blob, and half-written records', async () => {
    const folder = (await bench.ensure(modelLaunch())) ?? '';
    await rm(folder, { recursive: true });
    bench.restart();
    await arrives();
    await rm(blobPath());
    await rm(folder, { recursive: true });
    bench.restart();
    await arrives();
    const records = join(folder, '../record.json');
    await writeFile(records, '{"key":');
    await writeFile(join(bench.folder, 'longshore/pins/longshore-ins_1-1.json'), '');
    await writeFile(`${records}.new`, 'x');
    bench.restart();
    await arrives();
  });

  test('and a cache that is on another disk by a symbolic link works as well', async () => {
    const other = await modelBench();
    await rm(bench.folder, { recursive: true });
    await symlink(other.folder, bench.folder);
    await arrives();
    await other.stop();
  });
});
