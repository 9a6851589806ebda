import { expect, test } from 'vitest';
import { gpuKindsOf, gpusOf, gpuUseOf, holdsInWords } from './gpu-use.ts';
import { hostWith } from './host-of-test.ts';

const held = (resource: string, amount_bytes: number | null = null, instance_id = 'inst_1') => ({
  resource,
  instance_id,
  generation: 1,
  amount_bytes,
});

test('GPUs are granted whole, shared by memory, or free', () => {
  const claims = [held('gpu:GPU-0'), held('gpu:GPU-1', 2e9), held('gpu:GPU-1', 3e9, 'inst_2')];
  const gpus = gpusOf(hostWith({ claims }));
  expect(gpus.map(({ state, heldBytes }) => [state, heldBytes])).toEqual([
    ['granted', 80 * 1024 ** 3],
    ['shared', 5e9],
  ]);
  const claimed = { instances: 2, gpus: 2, shared_gpus: 1, memory_bytes: 0 };
  expect(gpuUseOf(hostWith({ claimed }))).toEqual({ granted: 1, shared: 1, free: 0 });
  expect(gpuKindsOf(hostWith())).toEqual(['2 × H100, 80 GiB each']);
});

test('a GPU that is held although its host does not report it any more is shown', () => {
  const [, , gone] = gpusOf(hostWith({ claims: [held('gpu:GPU-9')] }));
  expect(gone).toMatchObject({ uuid: 'GPU-9', gpu: null, state: 'granted' });
});

test('what an instance holds is said in words', () => {
  const claims = [
    held('gpu:GPU-0'),
    held('gpu:GPU-1'),
    held('port:40000'),
    held('memory', 2 ** 33),
  ];
  expect(holdsInWords(hostWith(), claims)).toBe('GPU 0, 1 · port 40000 · 8 GiB of memory');
});
