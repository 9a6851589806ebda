import { setMaxListeners } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { logFileOf, logTail } from '../local/home/logs.ts';
import type { Interrupts } from '../local/interrupts.ts';
import { noRateLimits } from '../local/no-rate-limits.ts';
import { startStack } from '../local/start-stack.ts';
import type { UndoList } from '../local/undo.ts';
import { readArguments, runBench } from './main.ts';
import { apiAt } from './scale/api.ts';
import { countingDatabase } from './scale/database.ts';
import { dispatch, makeBackend } from './scale/deployments.ts';
import { enrol, type SimulatedHost } from './scale/host.ts';
import { type Measured, measure } from './scale/measure.ts';
import { report, table } from './scale/report.ts';
import { workerdOf } from './scale/workerd.ts';

/** What one control plane takes as its hosts grow in number, with simulated agents. See README.md. */

const usage = 'npx tsx bench/scale.ts [--hosts 10,100,1000]';
const warmUps = 20;

async function bench(
  sizes: readonly number[],
  { signal, onForce }: Interrupts,
  undo: UndoList,
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  undo.add(() => rmSync(home, { recursive: true, force: true }));
  const stack = await startStack({
    home,
    port: 0,
    agent: false,
    databaseAdmin: true,
    settings: noRateLimits,
    signal,
  });
  undo.add(() => stack.stop());
  onForce(() => stack.kill());
  const hosts: SimulatedHost[] = [];
  undo.add(() => {
    for (const host of hosts) host.close();
  });

  const stopped = new AbortController();
  undo.add(() => stopped.abort());
  stack.broken.then((reason) => stopped.abort(reason));
  const api = apiAt(stack.url, AbortSignal.any([signal, stopped.signal]));
  // Every call and link under way listens to it.
  setMaxListeners(0, api.signal);
  const token = stack.adminToken;
  const workerd = workerdOf(stack.pids.control_plane);
  const database = countingDatabase(stack, api.signal);
  const measured: Measured[] = [];
  let size = 0;
  const begun = performance.now();
  const progress = (line: string) => {
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.error(`${seconds.padStart(5)} s  ${size} hosts: ${line}`);
  };
  try {
    progress('warm-up with one');
    await makeBackend(api, token);
    await warmUp();
    const residentBytes = workerd.residentBytes();
    for (size of sizes) {
      const run = await measure({ api, token, workerd, database, progress }, hosts, size);
      measured.push(run);
      if (sizes.length > 1) console.error(`${table([run], residentBytes)}\n`);
    }
    return report(measured, residentBytes);
  } catch (error) {
    if (!signal.aborted) {
      progress('FAILED; the last of the log of the control plane:');
      console.error(logTail(logFileOf(stack.home.logs, 'control-plane'), 20));
    }
    throw error;
  }

  /** What the first calls of each kind take, in time and memory, is not a matter of how many hosts there are. */
  async function warmUp() {
    const body = { uses: 1 };
    const reply = await api.call('POST', '/api/v1/enrollment-tokens', token, body);
    const host = await enrol(api, (reply.body as { token: string }).token, 'host-warm');
    hosts.push(host);
    await host.open();
    await host.sync({ instances: [] });
    for (let round = 0; round < warmUps; round++) {
      await dispatch(api, token, host, `warm-${round}`);
      for (let sync = 0; sync < warmUps; sync++) await host.sync();
    }
  }
}

function readSizes(args: string[]): number[] {
  const options = { hosts: { type: 'string', default: '10,100,1000' } } as const;
  const sizes = parseArgs({ args, options }).values.hosts.split(',').map(Number);
  const grows = sizes.every(
    (size, index) =>
      Number.isInteger(size) &&
      size > (sizes[index - 1] ?? 1) &&
      size - (sizes[index - 1] ?? 0) <= 1000,
  );
  if (grows) return sizes;
  throw new Error('--hosts must be growing whole numbers from 2, each at most 1000 over the last.');
}

const sizes = readArguments(usage, readSizes);
await runBench((interrupts, undo) => bench(sizes, interrupts, undo));
