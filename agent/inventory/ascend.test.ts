import { describe, expect, test } from 'vitest';
import { ascendScan, parseNpuMapping, parseNpuSmi } from './ascend.ts';
import { paperMachine } from './testing/paper-machine.ts';
import { printed } from './testing/printed.ts';

describe('npu-smi info', () => {
  test('910B: one chip an NPU, no device numbers, processes left out', () => {
    expect(parseNpuSmi(printed('npu-smi-910b3.txt'))).toEqual([
      {
        npu: 0,
        chip: 0,
        device: null,
        name: '910B3',
        pci_address: '0000:c1:00.0',
        memory_mebibytes: 65536,
      },
      expect.objectContaining({ npu: 5, pci_address: '0000:02:00.0', memory_mebibytes: 65536 }),
    ]);
  });

  test('910C: two chips an NPU, each a device', () => {
    const chips = parseNpuSmi(printed('npu-smi-910c.txt'));
    expect(chips.map(({ npu, chip, device }) => [npu, chip, device])).toEqual([
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 2],
      [1, 1, 3],
    ]);
  });

  test('310: no HBM, and device numbers that are not the chips', () => {
    const chips = parseNpuSmi(printed('npu-smi-310.txt'));
    expect(chips.map(({ device, memory_mebibytes }) => [device, memory_mebibytes])).toEqual([
      [3, 8192],
      [4, 8192],
    ]);
  });

  test('910A: two kinds of memory, of which HBM counts', () => {
    const chips = parseNpuSmi(printed('npu-smi-910a.txt'));
    expect(chips.map(({ npu, memory_mebibytes }) => [npu, memory_mebibytes])).toEqual([
      [0, 32768],
      [3, 32768],
    ]);
  });

  test('logical numbers, without the control units', () => {
    expect([...parseNpuMapping(printed('npu-smi-mapping-910b3.txt'))]).toEqual([
      ['0/0', 0],
      ['1/0', 1],
    ]);
  });
});

describe('a look', () => {
  const nodes = {
    '/dev/davinci0': 1000,
    '/dev/davinci5': 1000,
    '/dev/davinci_manager': 1000,
    '/dev/devmm_svm': 1000,
    '/dev/hisi_hdc': 1000,
    '/usr/local/Ascend/driver': null,
    '/usr/local/bin/npu-smi': null,
  };
  const mapping = `${printed('npu-smi-mapping-910b3.txt')}\t5                              0                              5                              Ascend 910B3\n`;

  test('an NPU comes with its node, those that all share, and the parts of the driver that are there', async () => {
    const programs = {
      'npu-smi info': printed('npu-smi-910b3.txt'),
      'npu-smi info -m': mapping,
    };
    const scan = await ascendScan(paperMachine({ nodes, programs }))();
    expect(scan.gpus[1]).toEqual({
      gpu: {
        framework: 'cann',
        index: 5,
        uuid: 'NPU-0000:02:00.0',
        name: 'Ascend 910B3',
        memory_bytes: 65536 * 1024 * 1024,
      },
      nodes: ['davinci5', 'davinci_manager', 'devmm_svm', 'hisi_hdc'].map((name) => ({
        path: `/dev/${name}`,
        group: 1000,
      })),
      mounts: ['/usr/local/Ascend/driver', '/usr/local/bin/npu-smi'],
    });
    expect(scan.driver?.driver_version).toBe('25.5.1');
    expect(scan.conditions).toEqual([]);
  });

  test('an NPU whose device nobody tells is left out, and told', async () => {
    const programs = {
      'npu-smi info': printed('npu-smi-910b3.txt'),
      'npu-smi info -m': printed('npu-smi-mapping-910b3.txt'),
    };
    const scan = await ascendScan(paperMachine({ nodes, programs }))();
    expect(scan.gpus.map(({ gpu }) => gpu.index)).toEqual([0]);
    expect(scan.conditions[0]?.message).toContain('NPU 5, chip 0');
  });

  test('without the tool they are known by their nodes alone', async () => {
    const scan = await ascendScan(paperMachine({ nodes }))();
    expect(scan.gpus.map(({ gpu }) => [gpu.uuid, gpu.memory_bytes])).toEqual([
      ['NPU-0', 0],
      ['NPU-5', 0],
    ]);
    expect(scan.conditions.map(({ code }) => code)).toEqual(['gpu_tool_missing']);
  });

  test('a tool that fails is a failed look', async () => {
    const programs = {
      'npu-smi info': { exit_code: 1, stdout: 'dcmi model initialized failed, ret is -8005\n' },
    };
    const scan = await ascendScan(paperMachine({ nodes, programs }))();
    expect(scan).toMatchObject({ gpus: [], failed: true });
    expect(scan.conditions[0]?.message).toContain('-8005');
  });
});
