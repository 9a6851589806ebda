import { expect, test } from 'vitest';
import { runSeed } from './run-seed.ts';

const seeds = Number(process.env.SIMULATION_SEEDS ?? 60);

test(`${seeds} seeds of faults break no promise`, { timeout: 60_000 + seeds * 500 }, async () => {
  for (let seed = 1; seed <= seeds; seed += 1) await runSeed(seed);
  expect(seeds).toBeGreaterThan(0);
});
