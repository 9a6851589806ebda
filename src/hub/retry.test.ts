import { expect, test } from 'vitest';
import { retryInMs } from './retry.ts';

test('failed work waits 10 s, then twice as long each time, and never over 5 min', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 2000].map((failures) => retryInMs(failures) / 1000);
  expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
});
