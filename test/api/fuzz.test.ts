import { expect, test } from 'vitest';
import { prepareWorld } from '../fuzz/prepare.ts';
import { countsOf, fuzz } from '../fuzz/run.ts';

/** `npm run fuzz -- --runs 1000 --seed 7 --operation createDeployment` */
const { FUZZ_RUNS = '20', FUZZ_SEED = '1', FUZZ_OPERATION } = process.env;
const isLong = process.env.FUZZ_RUNS !== undefined;

/** What cannot succeed here, and where it does. */
const neverSucceeds: Record<string, string> = {
  startOidcSignIn: 'there is no identity provider here: see oidc.test.ts',
};

test(
  'whatever is sent, no operation fails, every answer is as documented, what is refused writes nothing, and each operation is reached',
  async () => {
    const result = await fuzz(await prepareWorld(), {
      runs: Number(FUZZ_RUNS),
      seed: Number(FUZZ_SEED),
      operation: FUZZ_OPERATION,
      neverSucceed: Object.keys(neverSucceeds),
    });
    console.log(countsOf(result));
    expect(result.faults.join('\n\n')).toBe('');
    expect(result.requests).toBeGreaterThan(0);
    const unreached = [...result.statuses.keys()].filter((id) => !result.reached.has(id));
    if (FUZZ_OPERATION === undefined) expect(unreached).toEqual(Object.keys(neverSucceeds));
  },
  isLong ? 24 * 3_600_000 : 300_000,
);
