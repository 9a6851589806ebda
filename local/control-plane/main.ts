/**
 * The process of the control plane: the built Worker in workerd through Miniflare. It is told by messages what to do,
 * and ends when the process that started it does.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { WorkerSettings } from '../build/settings.ts';
import { startClock } from './clock.ts';
import { type Answer, Order, type StartOrder } from './messages.ts';
import { runtimeOptions } from './runtime-options.ts';

const answer = (message: Answer) => process.send?.(message);

async function start(order: StartOrder): Promise<() => Promise<void>> {
  // Miniflare keeps what it does not persist in the system's folder for temporary files.
  process.env.TMPDIR = order.temporaryFolder;
  const text = await readFile(join(order.workerFolder, 'settings.json'), 'utf8');
  const settings = WorkerSettings.parse(JSON.parse(text));
  let stopping = false;
  const miniflare = new Miniflare({
    ...runtimeOptions(settings, order),
    log: new Log(LogLevel.WARN),
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      stdout.pipe(process.stdout, { end: false });
      stderr.pipe(process.stderr, { end: false });
      // Miniflare does not notice when workerd ends by itself.
      stdout.once('close', () => {
        if (stopping) return;
        console.error('workerd has ended');
        process.exit(1);
      });
    },
  });
  const stop = async () => {
    stopping = true;
    await miniflare.dispose();
  };
  const url = await miniflare.ready;
  const stopClock = settings.crons.length > 0 ? startClock(await miniflare.getWorker()) : () => {};
  answer({ type: 'ready', port: Number(url.port) });
  return async () => {
    stopClock();
    await stop();
  };
}

let running: Promise<() => Promise<void>> | null = null;

process.on('message', (message) => {
  const order = Order.parse(message);
  switch (order.type) {
    case 'start':
      running = start(order);
      running.catch((error: unknown) => {
        console.error(error);
        answer({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
      });
      break;
    case 'stop':
      end();
  }
});
process.on('disconnect', end);

function end(): void {
  Promise.resolve(running)
    .then((stop) => stop?.())
    .then(
      () => process.exit(0),
      () => process.exit(1),
    );
}
