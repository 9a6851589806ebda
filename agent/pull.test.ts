import { expect, test } from 'vitest';
import {
  afterProgress,
  beginPull,
  endPull,
  progressInWords,
  pulledInWords,
  secondsInWords,
} from './pull.ts';

const at = (bytes_done: number) => ({
  bytes_done,
  bytes_total: 4e9,
  layers_done: 1,
  layers: 2,
  all_known: true,
});

test('however long it takes and however often it moves, few of its messages are shown', () => {
  for (const [seconds, waited, times] of [
    [2, false, 1],
    [40, false, 3],
    [40_000, false, 3],
    [40_000, true, 2],
  ] as const) {
    let pull = beginPull(at(0), 0, waited);
    const shown = new Set([pull.shown]);
    for (let step = 1; step <= 1000; step += 1) {
      pull = afterProgress(pull, at((step / 1000) * 4e9), seconds * step);
      shown.add(pull.shown);
    }
    expect(shown.size).toBe(times);
    expect(endPull(pull, seconds * 1000)).toEqual({ took_ms: seconds * 1000, bytes: 4e9 });
  }
});

test('what does not move is not shown again', () => {
  const pull = beginPull(at(1e9), 0, false);
  expect(afterProgress(pull, at(1e9), 600_000).shown).toBe(pull.shown);
});

test('in words', () => {
  expect(progressInWords(null)).toBe('');
  expect(progressInWords(beginPull(at(0), 0, false))).toBe('');
  expect(progressInWords(afterProgress(beginPull(at(0), 0, false), at(2e9), 37_000))).toBe(
    ': 2.0 GB of 4.0 GB, 1 of 2 layers after 37 s',
  );
  expect(pulledInWords({ took_ms: 93_400, bytes: 4.1e9 })).toBe(
    '; the image was pulled in 93 s (4.1 GB)',
  );
  expect([20, 4200, 93_400].map(secondsInWords)).toEqual(['20 ms', '4.2 s', '93 s']);
});
