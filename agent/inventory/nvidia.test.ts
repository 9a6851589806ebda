import { describe, expect, test } from 'vitest';
import { nvidiaScan } from './nvidia.ts';
import { parseCudaVersion, parseMigList, parseMigMemory } from './nvidia-mig.ts';
import { paperMachine } from './testing/paper-machine.ts';
import { printed } from './testing/printed.ts';

const query =
  'nvidia-smi --query-gpu=index,uuid,name,memory.total,driver_version,mig.mode.current --format=csv,noheader,nounits';
const oldQuery =
  'nvidia-smi --query-gpu=index,uuid,name,memory.total,driver_version --format=csv,noheader,nounits';
const uuid = 'GPU-5dc0bf4b-1c9b-2a5e-8b0b-3f1c5a7d9e10';
const mib = 1024 * 1024;

function machine(csv: Parameters<typeof paperMachine>[0]['programs'], table = 'nvidia-smi-t4.txt') {
  return paperMachine({ programs: { 'nvidia-smi': printed(table), ...csv } });
}

describe('whole GPUs', () => {
  test('are told with their memory, the driver and the CUDA version that it serves', async () => {
    const other = 'GPU-aa6f8f2e-0001-0002-0003-0123456789ab';
    const csv = `0, ${uuid}, NVIDIA H100 80GB HBM3, 81559, 560.35.03, Disabled\n1, ${other}, Tesla T4, 15360 MiB, 560.35.03, [N/A]\n`;
    const scan = await nvidiaScan(machine({ [query]: csv }))();
    expect(scan.gpus.map(({ gpu }) => gpu)).toEqual([
      {
        framework: 'cuda',
        index: 0,
        uuid,
        name: 'NVIDIA H100 80GB HBM3',
        memory_bytes: 81559 * mib,
      },
      { framework: 'cuda', index: 1, uuid: other, name: 'Tesla T4', memory_bytes: 15360 * mib },
    ]);
    expect(scan.driver).toEqual({
      framework: 'cuda',
      driver_version: '560.35.03',
      runtime_version: '12.6',
    });
    expect(scan).toMatchObject({ conditions: [], failed: false });
  });

  test('the slow table is asked for once per driver', async () => {
    const on = machine({ [query]: `0, ${uuid}, Tesla T4, 15360, 560.35.03, [N/A]\n` });
    const scan = nvidiaScan(on);
    await scan();
    await scan();
    expect(on.ran).toEqual([query, 'nvidia-smi', query]);
    on.programs.set(query, `0, ${uuid}, Tesla T4, 15360, 570.0, [N/A]\n`);
    await scan();
    expect(on.ran.slice(3)).toEqual([query, 'nvidia-smi']);
  });

  test('a driver that knows no MIG is asked without it', async () => {
    const refusal = {
      exit_code: 2,
      stdout: 'Field "mig.mode.current" is not a valid field to query.\n',
    };
    const csv = `0, ${uuid}, Tesla K80, 11441, 418.87\n`;
    const scan = await nvidiaScan(machine({ [query]: refusal, [oldQuery]: csv }))();
    expect(scan.gpus).toHaveLength(1);
    expect(scan.conditions).toEqual([]);
  });

  test('a chip that shares the memory of the processor has 0 bytes, and the host says so', async () => {
    const csv = `0, ${uuid}, NVIDIA GB10, [N/A], 580.1, [N/A]\n`;
    const scan = await nvidiaScan(machine({ [query]: csv }))();
    expect(scan.gpus[0]?.gpu).toMatchObject({ name: 'NVIDIA GB10', memory_bytes: 0 });
    expect(scan.conditions.map(({ code }) => code)).toEqual(['gpu_memory_unknown']);
  });
});

describe('MIG', () => {
  test('the instances are granted, not the GPU that they are of', async () => {
    const parent = 'GPU-81495ec7-da36-8ea5-9f7d-5804aa3fef20';
    const csv = `0, ${parent}, NVIDIA H100 NVL, 95830, 550.90.07, Enabled\n1, ${uuid}, Tesla T4, 15360, 550.90.07, [N/A]\n`;
    const list = { 'nvidia-smi -L': printed('nvidia-smi-list-h100-mig.txt') };
    const scan = await nvidiaScan(machine({ [query]: csv, ...list }, 'nvidia-smi-a30-mig.txt'))();
    expect(scan.gpus.map(({ gpu }) => gpu.uuid)).toEqual([
      'MIG-7839bf6f-ba33-59f0-89eb-01c8d8c4134d',
      'MIG-433a63e2-53a4-58c0-9b8d-a4dba3eb8f36',
      'MIG-34fa791a-69d2-560b-969f-f2aa1d900c44',
      'MIG-dbf12406-b888-52e8-80ee-025b6412f6e4',
      uuid,
    ]);
    expect(scan.gpus[0]?.gpu).toEqual({
      framework: 'cuda',
      index: 0,
      uuid: 'MIG-7839bf6f-ba33-59f0-89eb-01c8d8c4134d',
      name: 'NVIDIA H100 NVL MIG 2g.24gb',
      memory_bytes: 11968 * mib,
      parent_uuid: parent,
    });
    expect(scan.driver?.runtime_version).toBe('12.4');
  });

  test('memory comes from the table, and from the profile where the table lacks it', () => {
    const memory = parseMigMemory(printed('nvidia-smi-a30-mig.txt'));
    expect([...memory]).toEqual([
      ['0/0', 11968],
      ['0/1', 5952],
      ['0/2', 5952],
    ]);
    const list = parseMigList(printed('nvidia-smi-list-h100-mig.txt'), memory);
    expect(list.map(({ memory_mebibytes }) => memory_mebibytes)).toEqual([
      11968,
      5952,
      5952,
      12 * 1024,
    ]);
  });

  test('UUIDs of the form that older drivers print', () => {
    const list = parseMigList(printed('nvidia-smi-list-a100-old.txt'), new Map());
    expect(list.map(({ uuid: each, profile }) => [each.slice(-4), profile])).toEqual([
      ['/2/0', '4g.20gb'],
      ['/3/0', '2g.10gb'],
      ['/9/0', '1g.5gb'],
    ]);
  });

  test('a divided GPU without instances is of no use, and the host says so', async () => {
    const csv = `0, ${uuid}, NVIDIA A30, 24576, 560.35.03, Enabled\n`;
    const list = { 'nvidia-smi -L': `GPU 0: NVIDIA A30 (UUID: ${uuid})\n` };
    const scan = await nvidiaScan(machine({ [query]: csv, ...list }))();
    expect(scan.gpus).toEqual([]);
    expect(scan.conditions.map(({ code }) => code)).toEqual(['mig_without_instances']);
    expect(scan.failed).toBe(false);
  });

  test('the CUDA version, in the words of newer drivers too', () => {
    expect(parseCudaVersion(printed('nvidia-smi-t4.txt'))).toBe('12.6');
    expect(
      parseCudaVersion(
        '| NVIDIA-SMI 615.71.09   KMD Version: 615.71.09   CUDA UMD Version: 13.4 |',
      ),
    ).toBe('13.4');
    expect(parseCudaVersion('| CUDA Version: ERR! |')).toBeNull();
  });
});

describe('what is no GPU', () => {
  const nothing = { gpus: [], driver: null, conditions: [], failed: false };

  test('no program, no GPUs, no fault', async () => {
    expect(await nvidiaScan(paperMachine({}))()).toEqual(nothing);
  });

  test('a machine with the program and no GPU is no fault', async () => {
    const answer = { exit_code: 6, stdout: 'No devices were found\n' };
    expect(await nvidiaScan(machine({ [query]: answer }))()).toEqual(nothing);
  });

  test('a driver that does not answer is a condition in its own words', async () => {
    const words =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.";
    const answer = { exit_code: 9, stdout: `${words}\n\n` };
    const scan = await nvidiaScan(machine({ [query]: answer }))();
    expect(scan).toEqual({
      ...nothing,
      conditions: [{ code: 'nvidia_smi_failed', message: `nvidia-smi failed: ${words}` }],
      failed: true,
    });
  });

  test('a GPU that fell off the bus leaves the others', async () => {
    const fault = 'Unable to determine the device handle for GPU1: 0000:0A:00.0: Unknown Error';
    const stdout = `0, ${uuid}, NVIDIA A100-SXM4-80GB, 81920, 560.35.03, Disabled\n${fault}\n`;
    const scan = await nvidiaScan(machine({ [query]: { exit_code: 255, stdout } }))();
    expect(scan.gpus).toHaveLength(1);
    expect(scan.failed).toBe(false);
    expect(scan.conditions[0]?.message).toContain(fault);
  });

  test('a program that hangs is a condition', async () => {
    const scan = await nvidiaScan(machine({ [query]: { exit_code: null } }))();
    expect(scan.conditions[0]?.code).toBe('nvidia_smi_failed');
    expect(scan.conditions[0]?.message).toContain('no answer within 15 s');
  });
});
