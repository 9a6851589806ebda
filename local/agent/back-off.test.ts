import { expect, test } from 'vitest';
import { nextEnds, noEnds } from './back-off.ts';

test('the wait doubles up to half a minute, and starts anew after a good minute', () => {
  const waits: number[] = [];
  let ends = noEnds;
  for (let end = 0; end < 7; end++) {
    ends = nextEnds(ends, 100);
    waits.push(ends.wait_ms);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(nextEnds(ends, 60_000)).toEqual({ count: 1, wait_ms: 1_000 });
});
