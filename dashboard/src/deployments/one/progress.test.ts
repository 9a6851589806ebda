import { describe, expect, test } from 'vitest';
import { progressOf } from './progress.ts';

describe('how far a host has come is read from its words', () => {
  test.each([
    ['downloading', 'Downloading Qwen/Qwen3-8B: 1.2 of 1.5 GB (80 %), 95 MB/s, about 3 s left', 80],
    ['downloading', 'Downloading Qwen/Qwen3-8B: 0.0 of 16.4 GB (0 %), waiting: no route', 0],
    ['pulling', 'the image x:1 is being pulled: 1.0 GB of 4.0 GB, 3 of 7 layers after 9 s', 25],
    ['pulling', 'the image x:1 is being pulled: 500 MB of more than 1.0 GB, 0 of 2 layers', 50],
    ['pulling', 'the image x:1 is being pulled', null],
  ] as const)('%s: %s', (state, message, percent) => {
    expect(progressOf({ state, message })?.percent).toBe(percent);
  });

  test('nothing is told of what is not being fetched', () => {
    expect(progressOf({ state: 'running', message: 'It is ready (80 %).' })).toBeNull();
  });
});
