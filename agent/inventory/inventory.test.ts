import { afterEach, expect, test } from 'vitest';
import { Inventory } from '../../contract/host.ts';
import { contentHash } from '../canonical-json.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { hostAddresses } from './addresses.ts';
import type { GpuScan } from './gpus.ts';
import { isLow, readSpace, type Space, watchDisks } from './host-disks.ts';
import { type InventoryWatch, watchInventory } from './inventory.ts';
import { ownSenses } from './senses.ts';
import { paperMachine } from './testing/paper-machine.ts';

const gibibyte = 1024 ** 3;
const none: GpuScan = { gpus: [], drivers: [], conditions: [] };
const render = { path: '/dev/dri/renderD128', group: 44 };
const rocm: GpuScan = {
  ...none,
  gpus: [
    {
      gpu: { framework: 'rocm', index: 0, uuid: 'GPU-1', name: 'x', memory_bytes: 1 },
      nodes: [render],
      mounts: [],
    },
  ],
};
const cuda: GpuScan = {
  ...none,
  gpus: [
    {
      gpu: { framework: 'cuda', index: 0, uuid: 'GPU-2', name: 'y', memory_bytes: 1 },
      nodes: [],
      mounts: [],
    },
  ],
};

let watch: InventoryWatch | null = null;
afterEach(() => watch?.stop());

/** A host whose GPUs are what `scan` says, looked at as often as `looked` counts. */
function host(scan: () => Promise<GpuScan>, hook = false) {
  const clock = manualClock();
  const engine = new MemoryEngine(clock);
  const waiting: (() => void)[] = [];
  const started = watchInventory({
    engine,
    address: '10.0.0.1',
    portRange: () => ({ first: 20000, last: 20999 }),
    model_folder: '/',
    senses: {
      ...ownSenses,
      node: paperMachine({
        nodes: hook ? { '/usr/bin/nvidia-container-runtime-hook': null } : {},
      }).node,
    },
    scanGpus: scan,
    clock,
    log: recordedLog(),
    onChange: () => {
      for (const go of waiting.splice(0)) go();
    },
  });
  watch = started;
  const looked = () => new Promise<void>((resolve) => waiting.push(resolve));
  return { clock, engine, watch: started, looked };
}

test('a host that stays as it is tells the same at every look', async () => {
  const { clock, watch, looked } = host(async () => rocm);
  let seen = looked();
  watch.start();
  await seen;
  const first = contentHash(watch.current);
  seen = looked();
  clock.advance(60_000);
  await seen;
  expect(contentHash(watch.current)).toBe(first);
  expect(watch.current).toMatchObject({
    gpus: [{ uuid: 'GPU-1' }],
    docker: { version: '28.0.0', api_version: '1.48', nvidia_toolkit: false },
    disks: [{ role: 'models', path: '/', total_bytes: expect.any(Number) }],
  });
  // What only this host needs to know stays here.
  expect(JSON.stringify(watch.current)).not.toContain('renderD128');
  expect(Inventory.safeParse(watch.current).error).toBeUndefined();
});

test('what was granted waits for the first look, and follows the last', async () => {
  let scan = rocm;
  const { watch, looked } = host(async () => scan);
  const wanted = { framework: 'rocm', uuids: ['GPU-1'], indexes: [0] };
  const early = watch.grantOf(wanted);
  watch.start();
  expect(await early).toMatchObject({
    ok: true,
    grant: { devices: ['/dev/dri/renderD128'], groups: ['44'] },
  });
  scan = none;
  const seen = looked();
  watch.rescan();
  await seen;
  expect(await watch.grantOf(wanted)).toMatchObject({ ok: false, reason: 'gpu_missing' });
  expect(watch.current?.gpus).toEqual([]);
});

test.each([
  ['nothing', false, ['nvidia_runtime_missing']],
  ["the toolkit's hook", true, []],
])('NVIDIA GPUs where the engine has %s', async (_, hook, codes) => {
  const { watch, looked } = host(async () => cuda, hook);
  const seen = looked();
  watch.start();
  await seen;
  const told = watch.current?.conditions.map(({ code }) => code);
  expect(told?.filter((code) => code.startsWith('nvidia'))).toEqual(codes);
});

test('while the engine is away a grant is what it was', async () => {
  const { engine, watch, looked } = host(async () => cuda, true);
  let seen = looked();
  watch.start();
  await seen;
  engine.away = true;
  seen = looked();
  watch.rescan();
  await seen;
  expect(watch.current).toMatchObject({
    docker: null,
    conditions: [{ code: 'docker_unavailable' }],
  });
  const wanted = { framework: 'cuda', uuids: ['GPU-2'], indexes: [0] };
  expect(await watch.grantOf(wanted)).toMatchObject({
    grant: { device_requests: [{ Driver: 'nvidia', DeviceIDs: ['GPU-2'] }] },
  });
});

test('an engine that did not answer is asked again soon, then less often, and as always once it has answered', async () => {
  let looks = 0;
  const { clock, engine, watch, looked } = host(async () => {
    looks += 1;
    return none;
  });
  engine.away = true;
  let seen = looked();
  watch.start();
  await seen;
  // Each pause is twice the one before, up to a minute.
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    await clock.advance(seconds * 1000 - 1);
    const before = looks;
    seen = looked();
    clock.advance(1);
    await seen;
    expect(looks, `${seconds} s`).toBe(before + 1);
  }
  engine.away = false;
  seen = looked();
  clock.advance(60_000);
  await seen;
  expect(watch.current?.docker).not.toBeNull();
  const before = looks;
  await clock.advance(59_999);
  expect(looks).toBe(before);
});

test('a low disk is told once it is low, until it is clearly not', async () => {
  const space: Space = { total_bytes: 100 * gibibyte, free_bytes: 50 * gibibyte };
  const look = watchDisks(async () => ({ ...space }));
  const codes = async () =>
    (await look([{ role: 'docker', path: '/x' }])).conditions.map(({ code }) => code);
  expect(await codes()).toEqual([]);
  space.free_bytes = 9 * gibibyte;
  expect(await codes()).toEqual(['disk_low_docker']);
  space.free_bytes = 12 * gibibyte;
  expect(await codes()).toEqual(['disk_low_docker']);
  space.free_bytes = 16 * gibibyte;
  expect(await codes()).toEqual([]);
});

test('a large disk is low by what is left, a small one by its part', () => {
  expect(isLow({ total_bytes: 10_000 * gibibyte, free_bytes: 25 * gibibyte }, false)).toBe(false);
  expect(isLow({ total_bytes: 10_000 * gibibyte, free_bytes: 19 * gibibyte }, false)).toBe(true);
  expect(isLow({ total_bytes: 50 * gibibyte, free_bytes: 6 * gibibyte }, false)).toBe(false);
});

test('a folder that is not there has no disk', async () => {
  expect(await readSpace('/nothing/here')).toBeNull();
  expect((await readSpace('/'))?.total_bytes).toBeGreaterThan(0);
});

test("addresses leave out the machine's own and those between containers", () => {
  const at = (address: string, family: 'IPv4' | 'IPv6', internal = false) =>
    ({ address, family, internal }) as never;
  expect(
    hostAddresses({
      lo: [at('127.0.0.1', 'IPv4', true), at('::1', 'IPv6', true)],
      docker0: [at('172.17.0.1', 'IPv4')],
      eth0: [at('fe80::1', 'IPv6'), at('2001:db8::1', 'IPv6'), at('10.0.0.1', 'IPv4')],
      ib0: [at('192.168.9.1', 'IPv4')],
    }),
  ).toEqual(['10.0.0.1', '192.168.9.1', '2001:db8::1']);
});
