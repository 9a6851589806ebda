import { expect, test } from 'vitest';
import { prepareWorld } from '../fuzz/prepare.ts';
import { countsOf, fuzz } from '../fuzz/run.ts';

/** `npm run fuzz -- --runs 1000 --seed 7 --operation createDeployment` */
const { FUZZ_RUNS = '30', FUZZ_SEED = '1', FUZZ_OPERATION } = process.env;
const isLong = process.env.FUZZ_RUNS !== undefined;
const deadline_ms = isLong ? 24 * 3_600_000 : 60_000;

test(
  'whatever is sent, no operation fails, every answer is as documented, and what is refused writes nothing',
  async () => {
    const result = await fuzz(await prepareWorld(), {
      runs: Number(FUZZ_RUNS),
      seed: Number(FUZZ_SEED),
      operation: FUZZ_OPERATION,
      deadline_ms,
    });
    console.log(countsOf(result));
    expect(result.faults.join('\n\n')).toBe('');
    expect(result.requests).toBeGreaterThan(0);
  },
  deadline_ms + 60_000,
);
