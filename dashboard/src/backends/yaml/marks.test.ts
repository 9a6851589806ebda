import { expect, test } from 'vitest';
import { marksOf } from './marks.ts';

const placeOf = (pointer: string) => ({ line: pointer === '/icon' ? 3 : 1, column: 1 });

test('what is wrong is not said again as what is odd, nor twice', () => {
  const lower = { pointer: '/icon', detail: 'must be lower-case' };
  const marks = marksOf(
    [{ ...lower, line: 3, column: 7 }, lower],
    [lower, { ...lower, detail: 'is odd' }],
    placeOf,
  );
  expect(marks).toEqual([
    { line: 3, column: 7, detail: 'must be lower-case', severity: 'error' },
    { line: 3, column: 1, detail: 'is odd', severity: 'warning' },
  ]);
});

test('the same words about two lines are two things', () => {
  const detail = 'is odd';
  const marks = marksOf(
    [],
    [
      { pointer: '/icon', detail },
      { pointer: '/name', detail },
    ],
    placeOf,
  );
  expect(marks.map(({ line }) => line)).toEqual([3, 1]);
});
