import { test } from 'vitest';
import { Census } from './census.ts';
import { loadHub } from './hub-module.ts';
import { runSeed } from './run-seed.ts';

/** A hundred seeds take a minute. Files of tests run side by side, so that these are spread over several. */
export function testSeeds(first: number, last: number, look: (census: Census) => void): void {
  const timeout = 60_000 + (last - first + 1) * 4000;
  test(`seeds ${first} to ${last} of faults break no promise`, { timeout }, async () => {
    const census = new Census();
    const createHub = await loadHub();
    for (let seed = first; seed <= last; seed += 1) await runSeed(seed, { createHub, census });
    look(census);
  });
}
