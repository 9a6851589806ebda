import { expect } from 'vitest';
import { testSeeds } from './testing.ts';

testSeeds(101, 200, (census) => {
  expect(census.of('mishap: loses its power')).toBeGreaterThan(0);
});
