import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run fuzz -- --runs N --seed S --operation X`: as in the suite, only longer; it builds first. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    operation: { type: 'string' },
  },
});
console.log(`seed ${values.seed}`);
const env = {
  ...process.env,
  FUZZ_RUNS: values.runs,
  FUZZ_SEED: values.seed,
  ...(values.operation ? { FUZZ_OPERATION: values.operation } : {}),
};
const commands = [
  ['tsx', 'local/build.ts'],
  ['vitest', 'run', '--project', 'stack', 'test/api/fuzz.test.ts'],
];
for (const command of commands) {
  const { status } = spawnSync('npx', command, { env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
