import { expect, test } from 'vitest';
import { gpuFindings } from './check.ts';
import type { FoundGpu } from './inventory/found-gpu.ts';

function gpus(framework: string, count: number, node: string | null): FoundGpu[] {
  return Array.from({ length: count }, (_, index) => ({
    gpu: {
      framework,
      index,
      uuid: `GPU-${index}`,
      name: 'Card',
      memory_bytes: 80 * 1024 ** 3,
    },
    nodes: node === null ? [] : [{ path: node, group: null }],
    mounts: [],
  }));
}

test('GPUs are told by vendor, counted, with memory and driver', () => {
  const cuda = { framework: 'cuda', driver_version: '560.35.03', runtime_version: '12.6' };
  const scan = { gpus: gpus('cuda', 8, null), drivers: [cuda], conditions: [] };
  expect(gpuFindings(scan)).toEqual([
    { is: 'ok', text: 'cuda: 8 x Card (80 GiB), driver 560.35.03' },
  ]);
});

test('GPUs that no container could get are missing something', () => {
  const findings = gpuFindings({ gpus: gpus('cann', 2, null), drivers: [], conditions: [] });
  expect(findings.map(({ is }) => is)).toEqual(['ok', 'missing']);
  expect(findings[1]?.text).toContain('cann GPU 0, 1');
  const fine = gpuFindings({ gpus: gpus('cann', 2, '/dev/x'), drivers: [], conditions: [] });
  expect(fine.map(({ is }) => is)).toEqual(['ok']);
});

test('a host without GPUs can run what needs none; a driver that fails has to be put right', () => {
  const condition = (code: string) => ({ code, message: 'words' });
  const scan = { gpus: [], drivers: [] };
  expect(gpuFindings({ ...scan, conditions: [] }).map(({ is }) => is)).toEqual(['note']);
  expect(
    gpuFindings({ ...scan, conditions: [condition('nvidia_smi_failed')] }).map(({ is }) => is),
  ).toEqual(['note', 'missing']);
  expect(
    gpuFindings({ ...scan, conditions: [condition('gpu_memory_unknown')] }).map(({ is }) => is),
  ).toEqual(['note', 'note']);
});
