import { afterEach, expect, test } from 'vitest';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { EngineRefusedError } from './docker/errors.ts';
import { ModelError } from './models/errors.ts';
import type { EnsureCall, Models } from './models/models.ts';
import { eventually } from './testing/manual-clock.ts';
import { reconcilerBench } from './testing/reconciler-bench.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** One download, which the test ends. */
interface Download {
  call: EnsureCall;
  succeed(): void;
  fail(error: Error): void;
}

function bench() {
  const downloads: Download[] = [];
  let changes = 0;
  const models: Models = {
    ensure: (_launch, call) =>
      new Promise((resolve, reject) => {
        call.signal.addEventListener('abort', () => reject(call.signal.reason));
        if (call.signal.aborted) reject(call.signal.reason);
        downloads.push({ call, succeed: () => resolve('/data/files'), fail: reject });
      }),
  };
  const inner = reconcilerBench({ models, onChange: () => changes++ });
  stop = inner.stop;
  const want = (changed: Partial<LaunchSpec> = {}) => {
    const model = { source: 'huggingface', repo_id: 'org/tiny', path: '/models/tiny' } as const;
    inner.want({ model, ...changed });
  };
  const seen = () => inner.all().at(-1);
  const becomes = (state: string) => eventually(() => seen()?.state === state);
  inner.containers.start();
  return { ...inner, downloads, want, seen, becomes, changes: () => changes };
}

const download = (downloads: Download[], at = 0): Download => {
  const found = downloads[at];
  if (!found) throw new Error('no such download');
  return found;
};

test('the model comes before the container, which then has it mounted', async () => {
  const { clock, engine, downloads, secrets, want, seen, becomes } = bench();
  secrets.replace({ hub: 'token' });
  want();
  await eventually(() => downloads.length === 1);
  const { call, succeed } = download(downloads);
  expect(call.secrets.get('hub')).toBe('token');
  await eventually(() => {
    call.onProgress('Downloading org/tiny: 1 of 2 GB');
    return seen()?.state === 'downloading';
  });
  expect(seen()?.message).toBe('Downloading org/tiny: 1 of 2 GB');
  expect(engine.calls).toEqual([]);
  succeed();
  await eventually(() => engine.calls.length === 2);
  await clock.advance(20);
  await becomes('running');
  expect(engine.byName('longshore-ins_1-1')?.body).toMatchObject({
    HostConfig: { Mounts: [{ Source: '/data/files', Target: '/models/tiny', ReadOnly: true }] },
  });
});

test('progress is told every 10 s, however often it comes', async () => {
  const { clock, downloads, want, seen, changes } = bench();
  want();
  await eventually(() => downloads.length === 1);
  const { call } = download(downloads);
  // Let the image's look-up end: until then the instance is not downloading.
  await eventually(() => {
    call.onProgress('0 s');
    return seen()?.state === 'downloading';
  });
  const before = changes();
  for (let second = 1; second <= 25; second++) {
    await clock.advance(1000);
    call.onProgress(`${second} s`);
  }
  expect(seen()?.message).toBe('20 s');
  expect(changes() - before).toBeLessThan(10);
});

test('an image that is pulled at the same time is shown until it is here', async () => {
  const { engine, downloads, want, seen, becomes } = bench();
  let open = () => {};
  engine.pullGate = new Promise((resolve) => {
    open = resolve;
  });
  want({ image: 'other:1' });
  await becomes('pulling');
  const { call } = download(downloads);
  call.onProgress('half');
  expect(seen()?.state).toBe('pulling');
  open();
  await eventually(() => {
    call.onProgress('more');
    return seen()?.state === 'downloading';
  });
});

test('a model that cannot be had is said with its reason, and tried again', async () => {
  const { clock, downloads, want, seen, becomes } = bench();
  want();
  await eventually(() => downloads.length === 1);
  download(downloads).fail(new ModelError('model_unauthorized', 'Accept the licence.'));
  await becomes('failed');
  expect(seen()).toMatchObject({
    reason: 'model_unauthorized',
    message: 'Accept the licence. Next: try 2 in 1 s.',
  });
  await clock.advance(1000);
  await eventually(() => downloads.length === 2);
  download(downloads, 1).succeed();
  await eventually(() => seen()?.state === 'starting');
});

test('an image that cannot be had ends the download, which begins again with the next attempt', async () => {
  const { clock, engine, downloads, want, becomes } = bench();
  engine.faults.push({
    verb: 'pull',
    late: false,
    error: new EngineRefusedError(500, 'dial tcp: i/o timeout'),
  });
  want({ image: 'other:1' });
  await becomes('restarting');
  const { call } = download(downloads);
  expect(call.signal.aborted).toBe(true);
  call.onProgress('too late');
  await becomes('restarting');
  await clock.advance(1000);
  await eventually(() => downloads.length === 2);
});

test('a download that nobody wants any more ends', async () => {
  const { downloads, want } = bench();
  want();
  await eventually(() => downloads.length === 1);
  want({ instance_id: 'ins_2' });
  await eventually(() => download(downloads).call.signal.aborted);
});

test('the older generation serves while the model of the newer one comes', async () => {
  const { clock, engine, downloads, want, becomes } = bench();
  want();
  await eventually(() => downloads.length === 1);
  download(downloads).succeed();
  await eventually(() => engine.calls.length === 2);
  await clock.advance(20);
  await becomes('running');
  want({ generation: 2 });
  await eventually(() => downloads.length === 2);
  expect(engine.byName('longshore-ins_1-1')?.status).toBe('running');
  download(downloads, 1).succeed();
  await eventually(() => engine.byName('longshore-ins_1-1') === undefined);
});

test('what waits for the disk of models is tried at once when that is back', async () => {
  const { downloads, reconciler, want, seen, becomes } = bench();
  want();
  await eventually(() => downloads.length === 1);
  const message = 'The disk does not answer.';
  download(downloads).fail(new ModelError('model_cache_unusable', message, 'restarting'));
  await becomes('restarting');
  expect(seen()?.message).toContain(message);
  reconciler.modelsUsable();
  await eventually(() => downloads.length === 2);
});
