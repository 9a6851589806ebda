import { describe, expect, test } from 'vitest';
import { amdScan } from './amd.ts';
import { parseKfdNode } from './kfd.ts';
import { parseAmdSmi, parseRocmSmi } from './rocm-names.ts';
import { paperMachine } from './testing/paper-machine.ts';
import { printed } from './testing/printed.ts';

const topology = '/sys/class/kfd/kfd/topology/nodes';
const rocmSmi = '--showproductname --showuniqueid --showbus --json';
const bank = 'heap_type 1\nsize_in_bytes 34342961152\nflags 0\n';
const radeon = 'simd_count 120\ngfx_target_version 110001\ndrm_render_minor 129\n';

/** A processor, an MI100 and whatever else a test wants. */
function machine(more: { files?: Record<string, string>; nodes?: Record<string, number | null> }) {
  return paperMachine({
    files: {
      [`${topology}/0/properties`]: printed('kfd-cpu.txt'),
      [`${topology}/1/properties`]: printed('kfd-mi100.txt'),
      [`${topology}/1/mem_banks/0/properties`]: bank,
      ...more.files,
    },
    nodes: {
      '/dev/kfd': 993,
      '/dev/dri/renderD128': 993,
      '/dev/dri/card1': 44,
      '/dev/dri/renderD129': 993,
      ...more.nodes,
    },
  });
}

describe('the kernel', () => {
  test('tells a GPU by its place, its memory and its render node', () => {
    expect(parseKfdNode(printed('kfd-mi100.txt'), [bank], 0)).toEqual({
      index: 0,
      unique_id: BigInt('7809984429061111111').toString(16),
      pci_address: '0000:23:00.0',
      render_minor: 128,
      memory_bytes: 34342961152,
      architecture: 'gfx908',
    });
  });

  test('a part of an MI300X has the memory of its part', () => {
    const cpx = parseKfdNode(radeon, [printed('kfd-bank-mi300x-cpx.txt')], 3);
    expect(cpx).toMatchObject({ index: 3, memory_bytes: 25767706624, unique_id: null });
  });

  test('a processor is no GPU', () => {
    expect(parseKfdNode(printed('kfd-cpu.txt'), [], 0)).toBeNull();
  });
});

describe('the tools', () => {
  test('rocm-smi', () => {
    expect(parseRocmSmi(`WARNING: low power\n${printed('rocm-smi-radeon.json')}`)).toEqual([
      {
        name: 'Navi 32 [Radeon RX 7700 XT / 7800 XT]',
        unique_id: '5c88007d760374f3',
        pci_address: null,
      },
    ]);
  });

  test("Hygon's", () => {
    expect(parseRocmSmi(printed('hygon-rocm-smi.json'))).toEqual([
      { name: 'DCU xxxx', unique_id: '7100fa8866904061', pci_address: null },
    ]);
    // Newer tools print a serial number as the id, and more than the address as the bus.
    const newer =
      '{"card0": {"Unique ID": "TCA24620040801", "PCI Bus": "0000:09:00.0 --> SN: 01-000206-07SCC2", "Card Series": "BW"}}';
    expect(parseRocmSmi(newer)).toEqual([
      { name: 'BW', unique_id: null, pci_address: '0000:09:00.0' },
    ]);
  });

  test('amd-smi, wrapped and not', () => {
    const named = { name: 'AMD Instinct MI300X', unique_id: null, pci_address: '0000:83:00.0' };
    const text = printed('amd-smi-mi300x.json');
    expect(parseAmdSmi(text)).toEqual([named]);
    expect(parseAmdSmi(JSON.stringify(JSON.parse(text).gpu_data))).toEqual([named]);
  });

  test('what is no JSON names nothing', () => {
    expect(parseRocmSmi('ERROR: GPU[0] not found')).toEqual([]);
    expect(parseAmdSmi('amdgpu not found in modules [')).toEqual([]);
  });
});

describe('a look', () => {
  test('a GPU comes with the two nodes that ROCm opens, and their group', async () => {
    const on = machine({});
    on.programs.set(
      `rocm-smi ${rocmSmi}`,
      '{"card0": {"Card Series": "Arcturus GL-XL [Instinct MI100]", "PCI Bus": "0000:23:00.0"}}',
    );
    const scan = await amdScan(on)();
    expect(scan.gpus).toEqual([
      {
        gpu: {
          framework: 'rocm',
          index: 0,
          uuid: `GPU-${BigInt('7809984429061111111').toString(16)}`,
          name: 'Arcturus GL-XL [Instinct MI100] (gfx908)',
          memory_bytes: 34342961152,
        },
        nodes: [
          { path: '/dev/kfd', group: 993 },
          { path: '/dev/dri/renderD128', group: 993 },
        ],
        mounts: [],
      },
    ]);
    expect(scan.conditions).toEqual([]);
  });

  test('names are asked for once, and again when the GPUs change', async () => {
    const on = machine({});
    on.programs.set(
      'amd-smi static --asic --bus --json',
      '[{"asic": {"market_name": "AMD Instinct MI100"}, "bus": {"bdf": "0000:23:00.0"}}]',
    );
    const scan = amdScan(on);
    await scan();
    await scan();
    expect(on.ran).toHaveLength(1);
    on.files.set(`${topology}/2/properties`, radeon);
    on.files.set(`${topology}/2/mem_banks/0/properties`, bank);
    expect((await scan()).gpus.map(({ gpu }) => gpu.name)).toEqual([
      'AMD Instinct MI100 (gfx908)',
      'gfx1101',
    ]);
    expect(on.ran).toHaveLength(2);
  });

  test('parts of one GPU have names of their own', async () => {
    const part = printed('kfd-mi100.txt').replace('minor 128', 'minor 129');
    const scan = await amdScan(
      machine({
        files: {
          [`${topology}/2/properties`]: part,
          [`${topology}/2/mem_banks/0/properties`]: bank,
        },
      }),
    )();
    expect(new Set(scan.gpus.map(({ gpu }) => gpu.uuid)).size).toBe(2);
    expect(scan.gpus.map(({ nodes }) => nodes.at(-1)?.path)).toEqual([
      '/dev/dri/renderD128',
      '/dev/dri/renderD129',
    ]);
  });

  test('the graphics unit of a processor is left out beside a real GPU', async () => {
    const small = {
      [`${topology}/2/mem_banks/0/properties`]: 'heap_type 1\nsize_in_bytes 536870912',
    };
    const scan = await amdScan(
      machine({ files: { [`${topology}/2/properties`]: radeon, ...small } }),
    )();
    expect(scan.gpus.map(({ gpu }) => gpu.name)).toEqual(['gfx908']);
  });

  test('a driver without /dev/kfd is told', async () => {
    const on = machine({});
    on.nodes.delete('/dev/kfd');
    expect((await amdScan(on)()).conditions.map(({ code }) => code)).toEqual([
      'gpu_device_missing',
    ]);
  });

  test("Hygon's driver brings a node of its own, and images that want its library", async () => {
    const on = machine({
      nodes: { '/dev/mkfd': null, '/opt/hyhal': null },
      files: { '/sys/class/drm/renderD128/device/drm/card1/uevent': '' },
    });
    const scan = await amdScan(on)();
    expect(scan.gpus[0]).toMatchObject({
      gpu: { framework: 'dtk' },
      nodes: [
        { path: '/dev/kfd' },
        { path: '/dev/mkfd' },
        { path: '/dev/dri/card1' },
        { path: '/dev/dri/renderD128' },
      ],
      mounts: ['/opt/hyhal'],
    });
  });

  test('a machine without such GPUs has none', async () => {
    const on = paperMachine({ files: { [`${topology}/0/properties`]: printed('kfd-cpu.txt') } });
    expect(await amdScan(on)()).toMatchObject({ gpus: [], conditions: [], failed: false });
    expect(on.ran).toEqual([]);
  });
});
