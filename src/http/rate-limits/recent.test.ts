import { expect, test } from 'vitest';
import { Recent } from './recent.ts';

test('it never holds more than its limit, and forgets what was used longest ago', () => {
  const recent = new Recent<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) recent.set(key, index);
  expect(recent.get('a')).toBe(0);
  recent.set('d', 3);
  expect(recent.get('b')).toBeUndefined();
  expect(recent.get('a')).toBe(0);
  for (let index = 0; index < 1000; index += 1) recent.set(String(index), index);
  expect(recent.size).toBe(3);
});
