import { image, missingImage, pulledImage } from './behaviour.ts';
import { withBorrowedGlobals } from './borrowed-globals.ts';
import type { Census } from './census.ts';
import { ControlPlane } from './control-plane.ts';
import { whyNotConverged } from './convergence.ts';
import { openMemoryClient, WriteCount } from './database.ts';
import { SimulatedEngine } from './engine.ts';
import { Faults } from './faults.ts';
import { SimulatedHost } from './host.ts';
import type { loadHub } from './hub-module.ts';
import { Hubs } from './hubs.ts';
import { Invariants } from './invariants.ts';
import { injectFaults, mendAll } from './mishaps.ts';
import { randomOf } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { planUsers } from './users.ts';

const troubleMs = 240_000;
/** Of each tenth seed: long enough that hosts are kept for what waits. */
const longTroubleMs = 720_000;
/** Longer than the longest pause before a restart (5 min), and than the hubs' turns of the cron (10 min). */
const patienceMs = 15 * 60_000;
const lookEveryMs = 10_000;

export interface SeedOptions {
  createHub: Awaited<ReturnType<typeof loadHub>>;
  census: Census;
}

/**
 * Runs the control plane and its hosts through what the seed makes happen.
 * @throws Error with the last events, when something happened that never must or the end is not what it must be
 */
export async function runSeed(
  seed: number,
  options: SeedOptions,
): Promise<{ endedAfterMs: number }> {
  const scheduler = new Scheduler();
  const onError = (text: string) => scheduler.note(`hub: ${text}`);
  try {
    return await withBorrowedGlobals(scheduler, onError, () => run(seed, scheduler, options));
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const story = scheduler.story.join('\n');
    throw new Error(`${message}\n\n${story}\n\nnpm run simulate -- --seed ${seed}`, {
      cause: error,
    });
  }
}

async function run(seed: number, scheduler: Scheduler, { createHub, census }: SeedOptions) {
  const random = randomOf(seed);
  const untilMs = seed % 10 === 0 ? longTroubleMs : troubleMs;
  const client = await openMemoryClient();
  try {
    const faults = new Faults(random);
    faults.over = true;
    const writes = new WriteCount();
    const hubs = new Hubs({ createHub, client, writes, scheduler, faults, census }, 2);
    const controlPlane = new ControlPlane({ client, writes, scheduler, faults }, hubs);
    const hosts: SimulatedHost[] = [];
    const invariants = new Invariants(client, writes, hosts);
    const hostCount = random.between(1, 5);
    for (let number = 1; number <= hostCount; number += 1) {
      const engine: SimulatedEngine = new SimulatedEngine({
        scheduler,
        random,
        registry,
        programOf: (name) => invariants.programOf(name),
        onStop: (container) => invariants.onStop(host, container),
      });
      engine.images.add(image);
      const surroundings = { scheduler, random, faults, census, controlPlane };
      const host = new SimulatedHost(`host-${number}`, random.between(1, 4), engine, surroundings);
      hosts.push(host);
    }
    for (const host of hosts) await scheduler.until(host.enrol());
    // The hosts of one organisation have several hubs when there are many.
    await client.execute("UPDATE hosts SET hub = 1 WHERE name IN ('host-3', 'host-5')");
    for (const host of hosts) await scheduler.until(host.startAgent());
    const check = () => invariants.check();
    faults.over = false;
    planUsers({ scheduler, random, census, controlPlane, hosts, untilMs });
    injectFaults({
      scheduler,
      random,
      faults,
      census,
      hosts,
      hubs,
      invariants,
      untilMs,
    });
    await scheduler.advance(untilMs, check);

    faults.over = true;
    scheduler.note('--- no more faults');
    for (const host of hosts) host.engine.images.add(missingImage);
    await scheduler.until(mendAll({ hosts, hubs }));
    for (let waited = 0; ; waited += lookEveryMs) {
      await scheduler.advance(lookEveryMs, check);
      // An agent learns with its next sync only that a twin, gone by now, had taken its host.
      for (const host of hosts) await scheduler.until(host.startAgent());
      const why = whyNotConverged(invariants, hosts);
      if (why === null) return { endedAfterMs: waited };
      if (waited >= patienceMs) throw new Error(`does not converge: ${why}`);
    }
  } finally {
    client.close();
  }
}

const registry = new Set([image, pulledImage]);
