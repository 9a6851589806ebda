import { buildDemoImage } from '../demo/image.ts';
import { isLoopback } from './address.ts';
import { ApiError } from './api-client.ts';
import { runDemo } from './demo.ts';
import { ensureDockerEngine } from './docker/ensure-engine.ts';
import { SetupError } from './docker/setup-error.ts';
import { createInterrupts, type Interrupts } from './interrupts.ts';
import { type LocalOptions, readCommandLine, usage } from './options.ts';
import { signInLine } from './sign-in-link.ts';
import type { Stack } from './stack.ts';
import { startStack } from './start-stack.ts';
import { createStepPrinter, type StepPrinter } from './step-printer.ts';
import { stepRunner } from './steps.ts';

/** Without the demo, only what takes longer than this is worth a line. */
const SLOW_STEP_MS = 3_000;

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  if (line.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const printer = createStepPrinter(process.stdout, () => performance.now());
  const interrupts = createInterrupts();
  try {
    return await run(line.options, printer, interrupts);
  } catch (error) {
    printer.abandon();
    if (!interrupts.signal.aborted) throw error;
    printer.line('Stopped before it was ready.');
    return 130;
  }
}

async function run(
  { demo, agent, ...where }: LocalOptions,
  printer: StepPrinter,
  { signal, onForce }: Interrupts,
): Promise<number> {
  const onStep: StepPrinter['step'] = (step) => {
    const shown =
      demo || signal.aborted || (step.state === 'done' && step.elapsed_ms > SLOW_STEP_MS);
    if (shown) printer.step(step);
  };
  const agentOptions = demo ? { dockerSocket: await prepareDemo(onStep) } : {};
  signal.throwIfAborted();
  const stack = await startStack({
    ...where,
    agent: agent ? agentOptions : false,
    onStep,
    onNotice: printer.line,
    signal,
  });
  onForce(() => stack.kill());
  try {
    printer.line(demo ? await runDemo(stack, printer, signal) : readyLine(stack));
    const link = await signInLine(stack, signal);
    if (link !== null) printer.line(link);
    if (!isLoopback(where.host)) printer.line(openHostWarning(where.host));
    const broken = await Promise.race([stack.broken, aborted(signal)]);
    if (broken) throw broken;
    printer.line('\nStopping. (Ctrl-C again: at once, and containers stay.)');
    return 0;
  } finally {
    printer.abandon();
    await stack.stop();
  }
}

/** The engine, installed if need be, and the stand-in's image. Resolves with the engine's socket. */
async function prepareDemo(onStep: StepPrinter['step']): Promise<string> {
  const engine = await ensureDockerEngine({ allowInstall: true, onStep });
  await stepRunner(onStep)(
    'Stand-in image',
    () => buildDemoImage({ engine }),
    ({ image, built }) => `${image}${built ? ', made from this Node' : ' was there'}`,
  );
  return engine.socketPath;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function readyLine({ url, home }: Stack): string {
  return `Longshore is ready at ${url}; the admin token is in ${home.localJson}. Ctrl-C stops it.`;
}

function openHostWarning(host: string): string {
  return `HOST is ${host}: the API is open to the network in plain HTTP, and tokens can be read on the way. Put a proxy with TLS before it.`;
}

function textOf(error: unknown): unknown {
  if (error instanceof SetupError) return `${error.message}\n${error.hint}`;
  if (error instanceof ApiError) return `${error.message}\nThe logs are in LONGSHORE_HOME/logs.`;
  return error;
}

// A terminal that was closed: what is left to do is done without it.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(textOf(error));
    process.exit(1);
  },
);
