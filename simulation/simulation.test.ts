import { expect, test } from 'vitest';
import { Census } from './census.ts';
import { loadHub } from './hub-module.ts';
import { stepKinds } from './planned-steps.ts';
import { runSeed } from './run-seed.ts';

const seeds = Number(process.env.SIMULATION_SEEDS ?? 40);

test(`${seeds} seeds of faults break no promise`, { timeout: 60_000 + seeds * 2000 }, async () => {
  const census = new Census();
  const createHub = await loadHub();
  const unseen = () => stepKinds.filter((kind) => census.of(`step: ${kind}`) === 0);
  // The rarest step is in one seed of forty, and which one changes with any message that is sent.
  const most = seeds * 4;
  for (let seed = 1; seed <= seeds || (seed <= most && unseen().length > 0); seed += 1) {
    await runSeed(seed, { createHub, census });
  }
  expect(unseen()).toEqual([]);
});
