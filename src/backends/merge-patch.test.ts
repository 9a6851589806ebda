import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differences } from '../../contract/differences.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { applyMergePatch, mergePatchBetween } from './merge-patch.ts';

// The examples of RFC 7396, appendix A.
test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched with %j', (target, patch, result) => {
  expect(applyMergePatch(target, patch)).toEqual(result);
});

const key = fc.constantFrom('a', 'b', 'c', 'd');
const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const { node } = fc.letrec((tie) => ({
  node: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('node')), { maxKeys: 4 }),
}));
const object = node as fc.Arbitrary<JsonObject>; // dictionaries of leaves and of themselves

describe('for all objects without null', () => {
  test('the patch between two makes the one of the other', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(applyMergePatch(before, mergePatchBetween(before, after))).toEqual(after);
      }),
    );
  });

  test('there are no differences exactly where they are equal', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        expect(differences(before, before)).toEqual([]);
        expect(differences(before, after).length === 0).toBe(
          Object.keys(mergePatchBetween(before, after)).length === 0,
        );
      }),
    );
  });
});
