import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentOf, type ModelBench, modelBench, modelLaunch } from '../testing/model-bench.ts';

const token = 'a-token-that-nobody-sees';
const secrets = new Map([['hub', token]]);

let bench: ModelBench;
beforeEach(async () => {
  bench = await modelBench();
});
afterEach(() => bench.stop());

describe('the token', () => {
  test('opens a private model, and never gets to the disk, a log or the address of a redirect', async () => {
    bench.hub.commit('org/tiny', { a: '1', w: Buffer.from('weights') }, { token });
    const said: string[] = [];
    const launch = modelLaunch({ token_secret: 'hub' });
    bench.hub.faults.push(
      { matches: (path) => path.startsWith('cdn:'), act: { kind: 'status', status: 500 } },
      { matches: (path) => path.includes('/tree/'), act: { kind: 'status', status: 503 } },
    );
    const folder = await bench.ensure(launch, { secrets, onProgress: (text) => said.push(text) });
    expect(await contentOf(folder)).toEqual({ a: '1', w: 'weights' });

    expect(said.length).toBeGreaterThan(0);
    expect([...said, ...bench.lines].join()).not.toContain(token);
    const all = await readdir(bench.folder, { recursive: true, withFileTypes: true });
    const names = all.map(({ name }) => name).join();
    expect(names).not.toContain(token);
    for (const entry of all.filter((one) => one.isFile())) {
      expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toContain(token);
    }
    const byHost = (host: string) => bench.hub.requests.filter((seen) => seen.host === host);
    expect(byHost('cdn').length).toBeGreaterThan(0);
    expect(new Set(byHost('cdn').map(({ authorization }) => authorization))).toEqual(
      new Set([null]),
    );
    expect(new Set(byHost('hub').map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${token}`]),
    );
  });

  test('that the control plane did not send is asked for, and is not needed once the files are here', async () => {
    bench.hub.commit('org/tiny', { a: '1' }, { token });
    const launch = modelLaunch({ token_secret: 'hub' });
    await expect(bench.ensure(launch)).rejects.toMatchObject({ reason: 'secret_missing' });
    await bench.ensure(launch, { secrets });
    bench.restart();
    expect(await contentOf(await bench.ensure(launch))).toEqual({ a: '1' });
  });

  test('that may read nothing does not spoil the download of one that may', async () => {
    bench.hub.commit('org/tiny', { a: '1' }, { token });
    const launch = (instance_id: string) => modelLaunch({ token_secret: 'hub' }, { instance_id });
    const ensured = await Promise.allSettled([
      bench.ensure(launch('ins_1'), { secrets: new Map([['hub', 'wrong']]) }),
      bench.ensure(launch('ins_2'), { secrets }),
    ]);
    expect(ensured.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});

describe('what the hub refuses is said with what to do', () => {
  test('a private model without a token', async () => {
    bench.hub.commit('org/tiny', { a: '1' }, { token });
    await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({
      reason: 'model_unauthorized',
      state: 'failed',
      message: expect.stringMatching(/private.*token_secret/),
    });
  });

  test.each([
    [undefined, /accept its licence at http:.*\/org\/tiny, put a token/],
    ['hub', /accept its licence at http:.*\/org\/tiny with that account/],
  ])('a gated one, with token_secret %s', async (token_secret, message) => {
    bench.hub.commit('org/tiny', { a: '1' }, { token, gated: true });
    const launch = modelLaunch(token_secret === undefined ? {} : { token_secret });
    const ensured = bench.ensure(launch, { secrets: new Map([['hub', 'of somebody else']]) });
    await expect(ensured).rejects.toMatchObject({
      reason: 'model_unauthorized',
      message: expect.stringMatching(message),
    });
  });

  test('a token that is not valid', async () => {
    bench.hub.commit('org/tiny', { a: '1' }, { token });
    const ensured = bench.ensure(modelLaunch({ token_secret: 'hub' }), {
      secrets: new Map([['hub', 'wrong']]),
    });
    await expect(ensured).rejects.toMatchObject({
      reason: 'model_unauthorized',
      message: expect.stringContaining('token is valid'),
    });
  });

  test('a model, and a revision, that is not there', async () => {
    await expect(bench.ensure(modelLaunch())).rejects.toMatchObject({ reason: 'model_not_found' });
    bench.hub.commit('org/tiny', { a: '1' });
    await expect(bench.ensure(modelLaunch({ revision: 'v9' }))).rejects.toMatchObject({
      reason: 'model_not_found',
      message: expect.stringContaining('no such revision'),
    });
    expect(bench.clock.pauses).toEqual([]);
  });
});
