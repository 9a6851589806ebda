import { expect, test } from 'vitest';
import { inTime } from './in-time.ts';

function hung() {
  const state = { asked: 0, answer: (_: number) => {} };
  const ask = () => {
    state.asked++;
    return new Promise<number>((resolve) => {
      state.answer = resolve;
    });
  };
  return { state, ask };
}

test('an answer is passed on, and so is an error', async () => {
  const ask = inTime<number>(60_000);
  expect(await ask('disk', async () => 7)).toBe(7);
  await expect(ask('disk', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await ask('disk', async () => 8)).toBe(8);
});

test('who asks the same meanwhile gets the same answer', async () => {
  const ask = inTime<number>(60_000);
  const disk = hung();
  const both = Promise.all([ask('disk', disk.ask), ask('disk', disk.ask)]);
  disk.state.answer(7);
  expect(await both).toEqual([7, 7]);
  expect(disk.state.asked).toBe(1);
});

test('what does not answer in time is not asked again until it has', async () => {
  const ask = inTime<number>(1);
  const disk = hung();
  expect(await ask('disk', disk.ask)).toBeNull();
  expect(await ask('disk', disk.ask)).toBeNull();
  expect(disk.state.asked).toBe(1);
  expect(await ask('another', async () => 7)).toBe(7);
  disk.state.answer(1);
  await new Promise(setImmediate);
  expect(await ask('disk', async () => 8)).toBe(8);
});
