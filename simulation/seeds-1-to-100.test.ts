import { expect } from 'vitest';
import { stepKinds } from './planned-steps.ts';
import { testSeeds } from './testing.ts';

testSeeds(1, 100, (census) => {
  expect(stepKinds.filter((kind) => census.of(`step: ${kind}`) === 0)).toEqual([]);
});
