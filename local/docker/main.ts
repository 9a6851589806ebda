import { parseArgs } from 'node:util';
import { ensureDockerEngine, type Step } from './ensure-engine.ts';
import { SetupError } from './setup-error.ts';

const USAGE = `Makes sure that a Docker engine answers on this machine.
  --no-install   start an installed engine, but install nothing
  --help`;

/** A begun step stands on a terminal's line until its result follows; elsewhere a step is one line, when it is done. */
function printStep(step: Step): void {
  const label = `  ${step.name} `.padEnd(24, '.');
  const { isTTY } = process.stdout;
  if (step.state === 'begun') {
    if (isTTY) process.stdout.write(`${label} `);
    return;
  }
  const seconds = (step.elapsed_ms / 1000).toFixed(1);
  process.stdout.write(`${isTTY ? '' : `${label} `}${step.result} (${seconds} s)\n`);
}

async function main(): Promise<void> {
  const options = { 'no-install': { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  await ensureDockerEngine({ onStep: printStep, allowInstall: !values['no-install'] });
}

main().catch((error: unknown) => {
  if (process.stdout.isTTY) process.stdout.write('\n');
  if (error instanceof SetupError) console.error(`${error.message}\n${error.hint}`);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
