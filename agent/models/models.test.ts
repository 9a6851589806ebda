import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/manual-clock.ts';
import { contentOf, type ModelBench, modelBench, modelLaunch } from '../testing/model-bench.ts';
import { sha256 } from '../testing/model-hub.ts';
import { ModelError } from './errors.ts';

const weights = Buffer.from('weights '.repeat(10_000));
const files = {
  'config.json': '{}',
  'model.safetensors': weights,
  'sub/empty': '',
  'sub/a b#c': 'x',
};

let bench: ModelBench;
beforeEach(async () => {
  bench = await modelBench();
});
afterEach(() => bench.stop());

async function failureOf(ensured: Promise<unknown>): Promise<ModelError> {
  const error = await ensured.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ModelError) return error;
  throw error ?? new Error('it did not fail');
}

describe("a model's files", () => {
  test('stand in one folder for the container, and in the layout of the hub for its own tools', async () => {
    const commit = bench.hub.commit('org/tiny', files);
    const folder = await bench.ensure(modelLaunch());
    expect(await contentOf(folder)).toEqual({
      'config.json': '{}',
      'model.safetensors': weights.toString('latin1'),
      'sub/a b#c': 'x',
      'sub/empty': '',
    });
    const repo = join(bench.folder, 'hub/models--org--tiny');
    expect(await readFile(join(repo, 'refs/main'), 'utf8')).toBe(commit);
    expect(await contentOf(join(repo, 'snapshots', commit))).toEqual(await contentOf(folder));
    expect(await readdir(join(repo, 'blobs'))).toContain(sha256(weights));
  });

  test('take their room once, and every user may read them', async () => {
    bench.hub.commit('org/tiny', files);
    const folder = await bench.ensure(modelLaunch());
    const link = await stat(join(folder ?? '', 'model.safetensors'));
    const blob = await stat(join(bench.folder, 'hub/models--org--tiny/blobs', sha256(weights)));
    expect([link.ino, link.mode & 0o777]).toEqual([blob.ino, 0o644]);
    for (const path of [folder ?? '', join(folder ?? '', 'sub')]) {
      expect((await stat(path)).mode & 0o777).toBe(0o755);
    }
  });

  test('are those that `include` and `file` name, and a name for nothing says what there is', async () => {
    bench.hub.commit('org/tiny', files);
    const some = await bench.ensure(modelLaunch({ include: ['*.json', 'sub/'] }));
    expect(Object.keys(await contentOf(some))).toEqual(['config.json', 'sub/a b#c', 'sub/empty']);
    const one = modelLaunch({ file: 'model.safetensors' }, { instance_id: 'ins_2' });
    expect(Object.keys(await contentOf(await bench.ensure(one)))).toEqual(['model.safetensors']);

    const none = await failureOf(bench.ensure(modelLaunch({ include: ['*.gguf'] })));
    expect(none).toMatchObject({ reason: 'model_files_not_found', state: 'failed' });
    expect(none.message).toMatch(/\*\.gguf.*config\.json, model\.safetensors/);
    const missing = modelLaunch({ file: 'model.gguf', include: ['*.json'] });
    expect((await failureOf(bench.ensure(missing))).message).toContain('model.gguf');
  });

  test('of a model that comes from no hub are not asked for', async () => {
    const launch = modelLaunch({ source: 'none', path: null });
    expect(await bench.ensure(launch)).toBeNull();
    expect(bench.hub.requests).toEqual([]);
  });

  test('never leave their folder, whatever the hub says', async () => {
    bench.hub.commit('org/tiny', { '../../../escaped': 'x' });
    expect(await failureOf(bench.ensure(modelLaunch()))).toMatchObject({
      reason: 'model_download_failed',
    });
    for (const repo_id of ['../..', 'a/../b', '..', 'a/b/c', '']) {
      expect((await failureOf(bench.ensure(modelLaunch({ repo_id })))).reason).toBe(
        'model_not_found',
      );
    }
  });
});

describe('the commit', () => {
  test('is the one that the first look found: a moved branch, a restart of the agent and no hub change nothing', async () => {
    bench.hub.commit('org/tiny', { 'config.json': 'old' });
    const folder = await bench.ensure(modelLaunch());
    bench.hub.commit('org/tiny', { 'config.json': 'new' });
    bench.restart();
    const asked = bench.hub.requests.length;
    expect(await bench.ensure(modelLaunch())).toBe(folder);
    expect(bench.hub.requests).toHaveLength(asked);
    await bench.hub.stop();
    bench.restart();
    expect(await contentOf(await bench.ensure(modelLaunch()))).toEqual({ 'config.json': 'old' });
  });

  test('is looked up anew for a next generation', async () => {
    bench.hub.commit('org/tiny', { 'config.json': 'old' });
    const old = await bench.ensure(modelLaunch());
    bench.hub.commit('org/tiny', { 'config.json': 'new' });
    const next = await bench.ensure(modelLaunch({}, { generation: 2 }));
    expect(await contentOf(next)).toEqual({ 'config.json': 'new' });
    expect(await contentOf(old)).toEqual({ 'config.json': 'old' });
  });

  test('can be named by a tag, a short commit and a whole one', async () => {
    const commit = bench.hub.commit('org/tiny', { 'config.json': 'tagged' }, { branch: 'v1' });
    bench.hub.commit('org/tiny', { 'config.json': 'main' });
    for (const [at, revision] of ['v1', commit.slice(0, 7), commit].entries()) {
      const launch = modelLaunch({ revision }, { instance_id: `ins_${at}` });
      expect(await contentOf(await bench.ensure(launch))).toEqual({ 'config.json': 'tagged' });
    }
  });

  test('is the last one known when the hub is away and all files are here', async () => {
    bench.hub.commit('org/tiny', { 'config.json': 'known' });
    await bench.ensure(modelLaunch());
    await bench.hub.stop();
    const next = await bench.ensure(modelLaunch({}, { generation: 2 }));
    expect(await contentOf(next)).toEqual({ 'config.json': 'known' });
    const other = modelLaunch({ repo_id: 'org/other' });
    expect(await failureOf(bench.ensure(other))).toMatchObject({
      reason: 'model_download_failed',
      state: 'restarting',
    });
  });
});

describe('two instances', () => {
  /** Both wait for the bytes of the model. */
  async function bothWait(second = modelLaunch({}, { instance_id: 'ins_2' })) {
    bench.hub.commit('org/tiny', files);
    let open = () => {};
    bench.hub.gate = new Promise((resolve) => {
      open = resolve;
    });
    const aborts = [new AbortController(), new AbortController()];
    const ensured = [modelLaunch(), second].map((launch, at) =>
      bench.ensure(launch, { signal: aborts[at]?.signal ?? AbortSignal.abort() }),
    );
    for (const one of ensured) one.catch(() => {});
    await eventually(() => bench.hub.requests.some(({ host }) => host === 'cdn'));
    return { open, aborts, ensured };
  }

  test('make one download', async () => {
    const { open, ensured } = await bothWait();
    open();
    const [one, other] = await Promise.all(ensured);
    expect(one).toBe(other);
    expect(bench.hub.fetched('/model.safetensors')).toHaveLength(1);
  });

  test('that want different files of a commit share those that they have in common', async () => {
    const second = modelLaunch({ include: ['model*'] }, { instance_id: 'ins_2' });
    const { open, ensured } = await bothWait(second);
    open();
    const [one, other] = await Promise.all(ensured);
    expect(one).not.toBe(other);
    expect(Object.keys(await contentOf(other ?? null))).toEqual(['model.safetensors']);
    expect(bench.hub.fetched('/model.safetensors')).toHaveLength(1);
  });

  test('keep the download going until neither wants it', async () => {
    const { open, aborts, ensured } = await bothWait();
    aborts[0]?.abort(new Error('not wanted'));
    await expect(ensured[0]).rejects.toThrow('not wanted');
    open();
    expect(await contentOf((await ensured[1]) ?? null)).toHaveProperty('config.json');
    expect(bench.hub.fetched('/model.safetensors')).toHaveLength(1);
  });

  test('end it when both are gone, and nothing is left open', async () => {
    const { open, aborts, ensured } = await bothWait();
    for (const abort of aborts) abort.abort(new Error('not wanted'));
    await expect(Promise.all(ensured)).rejects.toThrow('not wanted');
    open();
    bench.hub.gate = Promise.resolve();
    expect(await contentOf(await bench.ensure(modelLaunch()))).toHaveProperty('config.json');
  });
});
