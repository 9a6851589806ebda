import { expect, test } from 'vitest';
import { withoutActorIds } from './without-actor-ids.ts';

test.each([
  ['grace@example.test (usr_01a22a)', 'grace@example.test'],
  ['token:CI (tok_01b)', 'token:CI'],
  ['Scaled by token:CI (tok_01b), from 1 to 3.', 'Scaled by token:CI, from 1 to 3.'],
  ['admin', 'admin'],
  ['vm (hst_01c) is away', 'vm (hst_01c) is away'],
])('only the ids of people and tokens are left out: %s', (text, short) => {
  expect(withoutActorIds(text)).toBe(short);
});
