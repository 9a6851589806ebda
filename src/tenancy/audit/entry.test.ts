import { expect, test } from 'vitest';
import { changesOf } from './entry.ts';

test('what was made and what was deleted has all its fields, and what stays as it was has none', () => {
  const thing = { name: 'a', labels: { zone: '1' }, note: undefined };
  expect(changesOf({ before: null, after: thing }).changes).toEqual([
    { pointer: '/name', change: 'added', before: null, after: 'a', cut: false },
    { pointer: '/labels', change: 'added', before: null, after: { zone: '1' }, cut: false },
  ]);
  expect(changesOf({ before: thing, after: null }).changes.map(({ change }) => change)).toEqual([
    'removed',
    'removed',
  ]);
  expect(changesOf({ before: thing, after: { ...thing } })).toEqual({ changes: [], leftOut: 0 });
});

test('a value that is too long is cut and says so; the others stay whole', () => {
  const before = { description: 'short', image: 'one' };
  const { changes } = changesOf({
    before,
    after: { description: 'x'.repeat(64_000), image: 'two' },
  });
  expect(changes).toEqual([
    {
      pointer: '/description',
      change: 'changed',
      before: 'short',
      after: `"${'x'.repeat(999)}`,
      cut: true,
    },
    { pointer: '/image', change: 'changed', before: 'one', after: 'two', cut: false },
  ]);
});

test('a line has a bounded size, and counts the fields that it has no room for', () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`field_${index}`, 'x'.repeat(2000)]),
  );
  const { changes, leftOut } = changesOf({ before: null, after: many });
  expect(JSON.stringify(changes).length).toBeLessThan(17_000);
  expect(changes.length).toBeGreaterThan(10);
  expect(changes.length + leftOut).toBe(500);
});
