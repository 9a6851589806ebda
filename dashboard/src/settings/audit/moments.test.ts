import { expect, test } from 'vitest';
import { fromInput, toInput } from './moments.ts';

test('a moment of the address is the same minute after it was in an input', () => {
  for (const moment of ['2026-01-31T12:00:00.000Z', '2026-07-01T23:59:00.000Z']) {
    expect(fromInput(toInput(moment))).toBe(moment);
  }
});

test('what is no moment is none', () => {
  expect(toInput('')).toBe('');
  expect(toInput('yesterday')).toBe('');
  expect(fromInput('')).toBe('');
  expect(fromInput('2026-13-01T00:00')).toBe('');
});
