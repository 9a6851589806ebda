import { expect, test } from 'vitest';
import { relativeTime } from './relative-time-text.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test.each([
  [7 * DAY_MS - 20 * SECOND_MS, 'in 7 days'],
  [6 * DAY_MS + 2 * HOUR_MS, 'in 6 days'],
  [DAY_MS - SECOND_MS, 'tomorrow'],
  [20 * HOUR_MS, 'in 20 hr.'],
  [HOUR_MS - SECOND_MS, 'in 1 hr.'],
  [12 * MINUTE_MS - SECOND_MS, 'in 12 min.'],
  [MINUTE_MS - SECOND_MS, 'in a moment'],
  [0, 'just now'],
  [-59 * SECOND_MS, 'just now'],
  [-2 * MINUTE_MS + SECOND_MS, '1 min. ago'],
  [-2 * DAY_MS + SECOND_MS, 'yesterday'],
])(
  'what is still to come is told to the nearest unit, and what passed by whole ones: %d ms, %s',
  (distance, text) => {
    expect(relativeTime(distance, 0)).toBe(text);
  },
);
