import { afterEach, expect, test } from 'vitest';
import { contentOf, type ModelBench, modelBench, modelLaunch } from '../testing/model-bench.ts';

const gone =
  'The disk of the models (/mnt/models) does not answer. Look at what it is mounted from.';

let bench: ModelBench;
afterEach(() => bench.stop());

/** A disk that stands still at the first look at its room, and what is said of it. */
async function hangingDisk() {
  const state = { fault: null as string | null, hangs: true, answer: () => {}, hung: 0 };
  bench = await modelBench({
    diskFault: async () => (state.hung > 0 && state.hangs ? gone : state.fault),
    freeBytes: async () => {
      if (state.hangs) {
        state.hung++;
        await new Promise<void>((resolve) => {
          state.answer = resolve;
        });
      }
      return 2 ** 50;
    },
  });
  bench.hub.commit('org/tiny', { 'config.json': '{}' });
  return state;
}

test('a disk that cannot be used is asked for nothing: the launch says why, and may pass by itself', async () => {
  const disk = await hangingDisk();
  disk.hangs = false;
  disk.fault = gone;
  await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({
    name: 'ModelError',
    reason: 'model_cache_unusable',
    state: 'restarting',
    message: gone,
  });
  expect(bench.hub.requests).toEqual([]);
  disk.fault = null;
  expect(await contentOf(await bench.ensure(modelLaunch()))).toEqual({ 'config.json': '{}' });
});

test('a disk that hangs in the middle of a download holds no launch, and the model comes when it is back', async () => {
  const disk = await hangingDisk();
  await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({ message: gone });
  expect(disk.hung).toBe(1);
  // While it hangs nothing more is asked of it.
  await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({ message: gone });
  expect(disk.hung).toBe(1);
  disk.hangs = false;
  disk.answer();
  expect(await contentOf(await bench.ensure(modelLaunch()))).toEqual({ 'config.json': '{}' });
});

test('whoever gives a launch up while the disk hangs is let go', async () => {
  await hangingDisk();
  const abort = new AbortController();
  const ensured = bench.ensure(modelLaunch(), { signal: abort.signal });
  abort.abort(new Error('given up'));
  await expect(ensured).rejects.toThrow();
});
