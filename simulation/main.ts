import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';

/** `npm run simulate -- [--seeds N] [--from N] [--seed N]`: ends with 1 at the first seed that fails. */

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, from: { type: 'string' }, seed: { type: 'string' } },
});
const first = Number(values.seed ?? values.from ?? 1);
const count = values.seed === undefined ? Number(values.seeds ?? 200) : 1;
const beganAt = performance.now();
for (let seed = first; seed < first + count; seed += 1) {
  try {
    await runSeed(seed);
  } catch (error) {
    process.stderr.write(`seed ${seed}: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
process.stdout.write(`${count} seeds from ${first} on in ${seconds} s: all is well\n`);
