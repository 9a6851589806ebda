import { describe, expect, test } from 'vitest';
import { cambricon, parseCnmon } from './cambricon.ts';
import { failedScan, nothingFound, type VendorScan } from './found-gpu.ts';
import { gpuScan, patient } from './gpus.ts';
import { iluvatar, tHead } from './iluvatar.ts';
import { metax, parseMxSmi } from './metax.ts';
import { mooreThreads, parseMthreadsGmi } from './moore-threads.ts';
import { paperMachine } from './testing/paper-machine.ts';
import { printed } from './testing/printed.ts';
import { toolScan } from './tool-scan.ts';

describe('mthreads-gmi', () => {
  test('the GPUs of a server, and the card of a desktop', () => {
    expect(parseMthreadsGmi(printed('mthreads-gmi-s5000.txt'))).toEqual({
      gpus: [
        {
          index: 0,
          uuid: null,
          name: 'MTT S5000',
          memory_mebibytes: 81920,
          pci_address: '0000:18:00.0',
        },
        expect.objectContaining({ index: 1, pci_address: '0000:3a:00.0' }),
      ],
      driver_version: '5.1.0-server',
      runtime_version: null,
    });
    expect(parseMthreadsGmi(printed('mthreads-gmi-s80.txt')).gpus).toEqual([
      expect.objectContaining({ name: 'MTT S80', memory_mebibytes: 16384 }),
    ]);
  });

  test('a GPU comes with its own nodes and no others', async () => {
    const on = paperMachine({
      programs: { 'mthreads-gmi': printed('mthreads-gmi-s5000.txt') },
      nodes: {
        '/dev/mtgpu.0': 44,
        '/dev/mtgpu.1': 44,
        '/dev/dri/card1': 44,
        '/dev/dri/card2': 44,
        '/dev/dri/renderD128': 109,
        '/dev/dri/renderD129': 109,
      },
      files: {
        '/sys/bus/pci/devices/0000:18:00.0/drm/card1/dev': '',
        '/sys/bus/pci/devices/0000:18:00.0/drm/renderD128/dev': '',
        '/sys/bus/pci/devices/0000:3a:00.0/drm/card2/dev': '',
        '/sys/bus/pci/devices/0000:3a:00.0/drm/renderD129/dev': '',
      },
    });
    const { gpus } = await toolScan(mooreThreads, on)();
    expect(gpus.map(({ nodes }) => nodes.map(({ path }) => path))).toEqual([
      ['/dev/mtgpu.0', '/dev/dri/card1', '/dev/dri/renderD128'],
      ['/dev/mtgpu.1', '/dev/dri/card2', '/dev/dri/renderD129'],
    ]);
  });
});

describe('mx-smi', () => {
  test('the table, with and without a column for persistence', () => {
    expect(parseMxSmi(printed('mx-smi-c550.txt'), '')).toEqual({
      gpus: [
        {
          index: 0,
          uuid: null,
          name: 'MetaX C550',
          memory_mebibytes: 65536,
          pci_address: '0000:0f:00.0',
        },
        expect.objectContaining({ index: 1, pci_address: '0000:34:00.0' }),
      ],
      driver_version: '2.15.9',
      runtime_version: '2.32.0.6',
    });
    expect(parseMxSmi(printed('mx-smi-n260.txt'), '').gpus).toEqual([
      expect.objectContaining({ name: 'MetaX N260', memory_mebibytes: 65536 }),
    ]);
  });

  test('UUIDs come from the list, by the bus', () => {
    const table = printed('mx-smi-c550.txt').replace('0000:34:00.0', '0000:3c:00.0');
    const { gpus } = parseMxSmi(table, printed('mx-smi-list-c500.txt'));
    expect(gpus.map(({ uuid }) => uuid)).toEqual([
      null,
      'GPU-0e715b45-bcef-1500-e2db-752724095700',
    ]);
  });

  test('without the tool there is nothing that could be granted', async () => {
    const on = paperMachine({ nodes: { '/dev/mxcd': 44 } });
    const scan = await toolScan(metax, on)();
    expect(scan.gpus).toEqual([]);
    expect(scan.conditions.map(({ code }) => code)).toEqual(['gpu_tool_missing']);
  });
});

test('cnmon', () => {
  expect(parseCnmon(printed('cnmon-mlu370.txt'))).toEqual({
    gpus: [
      {
        index: 0,
        uuid: null,
        name: 'MLU370-X8',
        memory_mebibytes: 20638,
        pci_address: '0000:13:00.0',
      },
      expect.objectContaining({ index: 1, pci_address: '0000:16:00.0' }),
    ],
    driver_version: 'v5.10.22',
    runtime_version: null,
  });
});

describe('tools that print as nvidia-smi does', () => {
  test.each([
    [iluvatar, 'Iluvatar MR-V100', '32768 MiB', ['/dev/iluvatar0']],
    [tHead, 'PPU-ZW810E', '98304 MiB', ['/dev/alixpu_ppu0', '/dev/alixpu', '/dev/alixpu_ctl']],
  ])('%#: %s', async (vendor, name, memory, paths) => {
    const uuid = 'GPU-75401a56-2224-5257-8e2c-8f6dac7c37bc';
    const call = [vendor.program, ...(vendor.calls[0] ?? [])].join(' ');
    const on = paperMachine({
      programs: { [call]: `0, ${uuid}, ${name}, ${memory}\n` },
      nodes: Object.fromEntries(paths.map((path) => [path, null])),
    });
    const { gpus } = await toolScan(vendor, on)();
    expect(gpus).toEqual([
      {
        gpu: {
          framework: vendor.framework,
          index: 0,
          uuid,
          name,
          memory_bytes: Number.parseInt(memory, 10) * 1024 * 1024,
        },
        nodes: paths.map((path) => ({ path, group: null })),
        mounts: [],
      },
    ]);
  });

  test('a GPU that only its node tells is told as such', async () => {
    const on = paperMachine({
      nodes: { '/dev/cambricon_dev0': 44, '/dev/cambricon_dev1': 44, '/dev/cambricon_ctl': 44 },
    });
    const scan = await toolScan(cambricon, on)();
    expect(scan.gpus.map(({ gpu, nodes }) => [gpu.uuid, nodes.length])).toEqual([
      ['GPU-0', 2],
      ['GPU-1', 2],
    ]);
    expect(scan.conditions.map(({ code }) => code)).toEqual(['gpu_tool_missing']);
  });
});

describe('all vendors', () => {
  test('a machine without GPUs runs one program to know it', async () => {
    const on = paperMachine({ nodes: { '/dev/null': null } });
    expect(await gpuScan(on)()).toEqual({ gpus: [], drivers: [], conditions: [] });
    expect(on.ran.map((call) => call.split(' ')[0])).toEqual(['nvidia-smi']);
  });

  test('one failing look takes no GPUs away, several in a row do', async () => {
    const gpu = { framework: 'cann', index: 0, uuid: 'NPU-0', name: 'x', memory_bytes: 1 };
    const good: VendorScan = { ...nothingFound, gpus: [{ gpu, nodes: [], mounts: [] }] };
    let next = good;
    const scan = patient(async () => next, 'x');
    const count = async () => (await scan()).gpus.length;
    expect(await count()).toBe(1);
    next = failedScan('npu-smi', 'no answer');
    expect([await count(), await count(), await count()]).toEqual([1, 1, 0]);
    next = good;
    expect(await count()).toBe(1);
    next = nothingFound;
    expect(await count()).toBe(0);
  });

  test('a failing look says so while the GPUs stay', async () => {
    const scan = patient(async () => failedScan('npu-smi', 'no answer'), 'x');
    expect(await scan()).toMatchObject({ gpus: [], conditions: [{ code: 'npu_smi_failed' }] });
  });
});
