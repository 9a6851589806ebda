import { expect, test } from 'vitest';
import type { HostView } from './model.ts';
import { hostToKeep } from './reservation.ts';
import { cudaCandidate, gpuOf, hostView, requestOf } from './testing.ts';

const pair = (id: string, taken: number[], change: Partial<HostView> = {}) =>
  hostView(id, {
    gpus: [gpuOf(0), gpuOf(1)],
    takenGpus: new Map(taken.map((index) => [`cuda-${index}`, 'whole'])),
    ...change,
  });
const large = requestOf({ candidates: [cudaCandidate], gpuCount: 2, instanceId: 'ins_5' });
const kept = (...hosts: HostView[]) => {
  const found = hostToKeep(large, hosts);
  return found && [found.host.id, found.free];
};
const reservedFor = (instanceId: string) => ({
  reservation: { instanceId, deployment: 'd', since: 0 },
});

test('the host with the most free GPUs is kept; one that is kept already stays so among equals', () => {
  expect(kept(pair('a', [0, 1]), pair('b', [0]), pair('c', [1]))).toEqual(['b', 1]);
  expect(kept(pair('a', [0, 1]), pair('b', [0]), pair('c', [1], reservedFor('ins_5')))).toEqual([
    'c',
    1,
  ]);
  expect(kept(pair('a', [0, 1], reservedFor('ins_5')), pair('b', [0]))).toEqual(['b', 1]);
});

test('no host is kept that would not do if it were empty', () => {
  expect(kept(hostView('a', { gpus: [gpuOf(0)] }))).toBeNull();
  expect(kept(pair('a', [0], { schedulable: false }))).toBeNull();
  expect(kept(pair('a', [0], { online: false }))).toBeNull();
  // Memory and ports come free with the GPUs.
  const full = { takenMemoryBytes: 1000, takenPorts: new Set([100, 101, 102, 103]) };
  expect(hostToKeep({ ...large, memoryBytes: 900 }, [pair('a', [0], full)])?.free).toBe(1);
  expect(hostToKeep({ ...large, memoryBytes: 1001 }, [pair('a', [0])])).toBeNull();
});

test('an older instance comes first, and a younger one gives way', () => {
  expect(kept(pair('a', [0], reservedFor('ins_4')), pair('b', [0]))).toBeNull();
  expect(kept(pair('a', [0], reservedFor('ins_6')), pair('b', [0, 1]))).toEqual(['a', 1]);
});
