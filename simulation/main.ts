import { parseArgs } from 'node:util';
import { Census } from './census.ts';
import { loadHub } from './hub-module.ts';
import { runSeed } from './run-seed.ts';

/**
 * `npm run simulate -- [--seeds N] [--from N] [--seed N] [--keep-going] [--census]`: ends with 1 when a seed fails, at
 * the first one unless it shall keep going; an interrupt ends it after the seed under way. `--census`: tells how often each thing happened.
 */

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
    census: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed ?? values.from ?? 1);
const count = values.seed === undefined ? Number(values.seeds ?? 200) : 1;
const census = new Census();
const createHub = await loadHub();
const beganAt = performance.now();
// What was found so far is worth having.
process.once('SIGINT', () => {
  stopped = true;
});
let stopped = false;
let ran = 0;
let failed = 0;
let slowestMs = 0;
for (let seed = first; seed < first + count && !stopped; seed += 1) {
  ran += 1;
  try {
    const { endedAfterMs } = await runSeed(seed, { createHub, census });
    slowestMs = Math.max(slowestMs, endedAfterMs);
  } catch (error) {
    process.stderr.write(`seed ${seed}: ${error instanceof Error ? error.message : error}\n`);
    failed += 1;
    if (!values['keep-going']) break;
  }
}
const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
if (values.census) process.stdout.write(`${census}\n`);
const verdict =
  failed === 0
    ? `all is well, and the last one had converged ${slowestMs / 1000} s after its faults`
    : `${failed} failed`;
process.stdout.write(`${ran} seeds from ${first} on in ${seconds} s: ${verdict}\n`);
process.exitCode = failed === 0 ? 0 : 1;
