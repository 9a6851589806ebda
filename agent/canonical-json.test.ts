import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, contentHash } from './canonical-json.ts';

test('the order of keys does not matter, the order of lists does', () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{"a":[{"c":2,"d":1}],"b":1}');
  expect(contentHash({ a: 1, b: 2 })).toBe(contentHash({ b: 2, a: 1 }));
  expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
});

test('a value that went through JSON has the same hash', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(contentHash(JSON.parse(JSON.stringify(value)))).toBe(contentHash(value));
    }),
  );
});
