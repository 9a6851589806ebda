import { describe, expect, test } from 'vitest';
import { parseNvidiaSmi, type RunProgram, scanNvidia } from './nvidia.ts';

const printed = (stdout: string, exit_code = 0, stderr = ''): RunProgram => {
  return async () => ({ exit_code, not_found: false, stdout, stderr });
};
const uuid = 'GPU-5dc0bf4b-1c9b-2a5e-8b0b-3f1c5a7d9e10';

describe('nvidia-smi', () => {
  test('GPUs of a server', () => {
    const { gpus, unread } = parseNvidiaSmi(
      `0, ${uuid}, NVIDIA H100 80GB HBM3, 81559\n1, GPU-aa6f8f2e-0001-0002-0003-0123456789ab, NVIDIA GeForce RTX 4090, 24564\n`,
    );
    expect(unread).toEqual([]);
    expect(gpus).toEqual([
      {
        framework: 'cuda',
        index: 0,
        uuid,
        name: 'NVIDIA H100 80GB HBM3',
        memory_bytes: 81559 * 1024 * 1024,
      },
      expect.objectContaining({ index: 1, memory_bytes: 24564 * 1024 * 1024 }),
    ]);
  });

  test('units are read where a driver prints them although it was told not to', () => {
    expect(parseNvidiaSmi(`0, ${uuid}, Tesla T4, 15360 MiB`).gpus[0]?.memory_bytes).toBe(
      15360 * 1024 * 1024,
    );
  });

  test('a chip that shares the memory of the processor has 0 bytes, and the host says so', async () => {
    const scan = await scanNvidia(printed(`0, ${uuid}, NVIDIA GB10, [N/A]\n`));
    expect(scan.gpus).toEqual([expect.objectContaining({ name: 'NVIDIA GB10', memory_bytes: 0 })]);
    expect(scan.conditions.map(({ code }) => code)).toEqual(['gpu_memory_unknown']);
  });

  test('no program, no GPUs, no fault', async () => {
    const run: RunProgram = async () => ({
      exit_code: null,
      not_found: true,
      stdout: '',
      stderr: '',
    });
    expect(await scanNvidia(run)).toEqual({ gpus: [], conditions: [] });
  });

  test('a machine with the program and no GPU is no fault', async () => {
    expect(await scanNvidia(printed('No devices were found\n', 6))).toEqual({
      gpus: [],
      conditions: [],
    });
  });

  test('a driver that does not answer is a condition in its own words', async () => {
    const words =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.";
    const scan = await scanNvidia(printed(`${words}\n\n`, 9));
    expect(scan).toEqual({
      gpus: [],
      conditions: [{ code: 'nvidia_smi_failed', message: `nvidia-smi failed: ${words}` }],
    });
  });

  test('a GPU that fell off the bus leaves the others', async () => {
    const fault = 'Unable to determine the device handle for GPU1: 0000:0A:00.0: Unknown Error';
    const scan = await scanNvidia(
      printed(`0, ${uuid}, NVIDIA A100-SXM4-80GB, 81920\n${fault}\n`, 255),
    );
    expect(scan.gpus).toHaveLength(1);
    expect(scan.conditions[0]?.message).toContain(fault);
  });

  test('a program that hangs is a condition', async () => {
    const run: RunProgram = async () => ({
      exit_code: null,
      not_found: false,
      stdout: '',
      stderr: '',
    });
    expect((await scanNvidia(run)).conditions[0]?.code).toBe('nvidia_smi_failed');
  });
});
