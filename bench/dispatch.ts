import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createEngine } from '../agent/docker/engine-client.ts';
import { buildDemoImage, DEMO_IMAGE } from '../demo/image.ts';
import { ensureDockerEngine } from '../local/docker/ensure-engine.ts';
import type { Interrupts } from '../local/interrupts.ts';
import { noRateLimits } from '../local/no-rate-limits.ts';
import { startStack } from '../local/start-stack.ts';
import type { UndoList } from '../local/undo.ts';
import { plainDocker } from './dispatch/docker.ts';
import { followContainers } from './dispatch/events.ts';
import { agentTimes, longshore } from './dispatch/longshore.ts';
import { type Round, report } from './dispatch/report.ts';
import { swarm } from './dispatch/swarm.ts';
import { readArguments, runBench } from './main.ts';

/**
 * How long a container takes to start through Longshore, beside plain Docker and, with --swarm, Swarm: the same
 * container, engine and run, the variants in turns. See README.md.
 */

const usage = 'npx tsx bench/dispatch.ts [--runs N] [--swarm]';
/** Nobody else's: `npm start` and the tests have others. */
const ports = '18700-18799';
const warmUps = 2;
/** After each run, so that clearing it up takes no time from the next one. */
const settleMs = 400;

async function bench(
  { runs, withSwarm }: { runs: number; withSwarm: boolean },
  { signal, onForce }: Interrupts,
  undo: UndoList,
): Promise<string> {
  const { socketPath, version } = await ensureDockerEngine({ allowInstall: false });
  await buildDemoImage({ engine: { socketPath } });
  const following = new AbortController();
  undo.add(() => following.abort());
  const events = await followContainers(socketPath, following.signal);
  const home = mkdtempSync(join(tmpdir(), 'longshore-bench-'));
  undo.add(() => rmSync(home, { recursive: true, force: true }));
  const agent = { dockerSocket: socketPath, ports };
  const stack = await startStack({ home, port: 0, agent, settings: noRateLimits, signal });
  undo.add(() => stack.stop());
  onForce(() => stack.kill());

  async function settled<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = await run();
    await delay(settleMs, undefined, { signal });
    return result;
  }

  const shared = { socketPath, events, signal };
  const ours = await longshore({ stack, ...shared });
  await settled(ours.run);
  const launch = ours.launch();
  const plain = plainDocker({ engine: createEngine(socketPath), launch, ...shared });
  const theirs = withSwarm ? await swarm({ launch, undo, ...shared }) : null;
  const runSwarm = async () => theirs && (await settled(theirs.run));
  /** Back and forth, so that none runs always after the same other one. */
  async function round(index: number) {
    if (index % 2 === 0) {
      const docker = await settled(plain.run);
      const longshore = await settled(ours.run);
      return { docker, longshore, swarm: await runSwarm() };
    }
    const swarm = await runSwarm();
    const longshore = await settled(ours.run);
    return { docker: await settled(plain.run), longshore, swarm };
  }

  for (let warmUp = 0; warmUp < warmUps; warmUp++) await round(warmUp);
  const timelines = [];
  for (let run = 0; run < runs; run++) timelines.push(await round(run));

  const told = agentTimes(
    stack,
    timelines.map((timeline) => timeline.longshore),
  );
  const rounds = timelines.map((timeline, index): Round => {
    const { informed = Number.NaN, noticed = Number.NaN } = told[index] ?? {};
    return { ...timeline, longshore: { ...timeline.longshore, informed, noticed } };
  });
  return report(rounds, { image: DEMO_IMAGE, engine: version });
}

function readOptions(args: string[]): { runs: number; withSwarm: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '25' },
      swarm: { type: 'boolean', default: false },
    },
  });
  const runs = Number(values.runs);
  if (Number.isInteger(runs) && runs > 0) return { runs, withSwarm: values.swarm };
  throw new Error(`--runs must be a whole number from 1, not "${values.runs}".`);
}

const options = readArguments(usage, readOptions);
await runBench((interrupts, undo) => bench(options, interrupts, undo));
