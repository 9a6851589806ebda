import { afterEach, describe, expect, test } from 'vitest';
import { Inventory } from '../../contract/host.ts';
import { eventually, manualClock } from '../testing/manual-clock.ts';
import { MemoryEngine } from '../testing/memory-engine.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import type { FoundGpu } from './found-gpu.ts';
import { type GpuScan, gpuScan, patient } from './gpus.ts';
import { type InventoryWatch, watchInventory } from './inventory.ts';
import { ownSenses } from './senses.ts';
import { paperMachine } from './testing/paper-machine.ts';

const gpu: FoundGpu = {
  gpu: { framework: 'rocm', index: 0, uuid: 'GPU-1', name: 'x', memory_bytes: 1 },
  nodes: [],
  mounts: [],
};
const scan: GpuScan = { gpus: [gpu], drivers: [], conditions: [] };
const parts = ['facts', 'docker', 'gpus', 'models', 'addresses', 'disks'] as const;
type Part = (typeof parts)[number];

let watch: InventoryWatch | null = null;
afterEach(() => watch?.stop());

/** A host on which the looks at the `broken` parts throw, in ways that nobody foresaw. */
function host(broken: Set<Part>) {
  const clock = manualClock();
  const log = recordedLog();
  const engine = new MemoryEngine(clock);
  const readVersion = engine.version.bind(engine);
  const unless = (part: Part) => {
    if (broken.has(part)) throw new TypeError(`${part} is undefined`);
  };
  engine.version = async () => {
    unless('docker');
    return readVersion();
  };
  const started = watchInventory({
    engine,
    address: '10.0.0.1',
    portRange: () => ({ first: 20000, last: 20999 }),
    model_folder: '/',
    modelFault: async () => {
      unless('models');
      return null;
    },
    senses: {
      node: paperMachine({}).node,
      readHostFacts: async () => {
        unless('facts');
        return ownSenses.readHostFacts();
      },
      readSpace: async (path) => {
        unless('disks');
        return ownSenses.readSpace(path);
      },
      hostAddresses: () => {
        unless('addresses');
        return ['10.0.0.1'];
      },
    },
    scanGpus: async () => {
      unless('gpus');
      return scan;
    },
    clock,
    log,
    onChange: () => {},
  });
  watch = started;
  const codes = () => started.current?.conditions.map(({ code }) => code) ?? null;
  return { clock, log, watch: started, codes };
}

describe.each(parts)('a look at %s that throws', (part) => {
  test('is a condition of a host that is there all the same, from the first look on, until it succeeds', async () => {
    const broken = new Set([part]);
    const { clock, watch, codes } = host(broken);
    watch.start();
    await eventually(() => watch.current !== null);
    const [condition] = watch.current?.conditions ?? [];
    expect(condition?.code).toBe('inventory_failed');
    expect(condition?.message).toContain(`${part} is undefined`);
    expect(condition?.message).toContain('longshore-agent check');
    expect(Inventory.safeParse(watch.current).error).toBeUndefined();
    broken.clear();
    await clock.advance(60_000);
    await eventually(() => codes()?.length === 0);
    expect(watch.current).toMatchObject({ gpus: [{ uuid: 'GPU-1' }], addresses: ['10.0.0.1'] });
  });

  test('takes nothing away that was seen before', async () => {
    const broken = new Set<Part>();
    const { clock, watch, codes } = host(broken);
    watch.start();
    await eventually(() => watch.current !== null);
    const before = watch.current;
    broken.add(part);
    await clock.advance(60_000);
    await eventually(() => codes()?.includes('inventory_failed') === true);
    expect({ ...watch.current, conditions: [] }).toMatchObject({ ...before, conditions: [] });
  });
});

test("a vendor's look that throws is said by its name, and the others' GPUs are found", async () => {
  const machine = paperMachine({});
  const list = machine.list;
  machine.list = (path) =>
    path === '/dev' ? Promise.reject(new TypeError('no list')) : list(path);
  const { conditions } = await gpuScan(machine)();
  expect(conditions.length).toBeGreaterThan(0);
  expect(new Set(conditions.map(({ code }) => code))).toEqual(new Set(['gpu_scan_failed']));
  expect(conditions[0]?.message).toMatch(/GPUs of \w+ failed: no list/);
});

test("a vendor's look that throws does not take its GPUs away at once", async () => {
  let fails = false;
  const look = patient(async () => {
    if (fails) throw new TypeError('odd output');
    return { gpus: [gpu], driver: null, conditions: [], failed: false };
  }, 'AMD');
  await look();
  fails = true;
  expect(await look()).toMatchObject({ gpus: [gpu], conditions: [{ code: 'gpu_scan_failed' }] });
});

test('models that cannot be kept are a condition, with what to do', async () => {
  let fault: string | null = 'The disk is not there. Mount it.';
  const clock = manualClock();
  watch = watchInventory({
    engine: new MemoryEngine(clock),
    address: '10.0.0.1',
    portRange: () => ({ first: 20000, last: 20999 }),
    model_folder: '/',
    modelFault: async () => fault,
    senses: ownSenses,
    scanGpus: async () => scan,
    clock,
    log: recordedLog(),
    onChange: () => {},
  });
  watch.start();
  await eventually(() => watch?.current != null);
  expect(watch.current).toMatchObject({
    conditions: [{ code: 'models_unavailable', message: fault }],
    model_sources: ['none', 'local_path'],
  });
  fault = null;
  await clock.advance(1_000);
  await eventually(() => watch?.current?.conditions.length === 0);
  expect(watch.current?.model_sources).toContain('huggingface');
});
