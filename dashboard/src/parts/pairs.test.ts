import { expect, test } from 'vitest';
import { faultsOfPairs, mapOf } from './pairs.ts';

const pairsOf = (...pairs: [string, string][]) =>
  pairs.map(([key, value], index) => ({ id: String(index), key, value }));

test('what rows would lose as a map is told', () => {
  const pairs = pairsOf([' A ', '1'], ['A', '2'], ['', '3'], ['', ''], ['B', '']);
  expect(mapOf(pairs)).toEqual({ A: '2', B: '' });
  expect(faultsOfPairs(pairs, (key) => `/env/${key}`)).toEqual([
    { pointer: '/env/A', detail: 'This name is already used.' },
    { pointer: '/env/', detail: 'Enter a name.' },
  ]);
});

test('rows without a name are no map', () => {
  expect(mapOf(pairsOf(['', '']))).toBeUndefined();
});
