import { Failure } from '../contract/failure.ts';
import { ControlPlane } from './control-plane.ts';
import { whyNotConverged } from './convergence.ts';
import { openMemoryDatabase } from './database.ts';
import { SimulatedEngine } from './engine.ts';
import { Faults } from './faults.ts';
import { gpuBytes, hostBytes, SimulatedHost } from './host.ts';
import { Invariants } from './invariants.ts';
import { injectFaults } from './mishaps.ts';
import { type Random, randomOf } from './random.ts';
import { Scheduler } from './scheduler.ts';

const troubleMs = 240_000;
/** Longer than the longest pause before a restart (5 min) and the hourly safety sync together. */
const patienceMs = 10 * 60_000;
const lookEveryMs = 10_000;

/**
 * Runs the control plane and its hosts through what the seed makes happen.
 * @throws Error with the last events, when something happened that never must or the end is not what it must be
 */
export async function runSeed(seed: number): Promise<{ endedAfterMs: number }> {
  const random = randomOf(seed);
  const scheduler = new Scheduler();
  const { database, client } = await openMemoryDatabase();
  try {
    const faults = new Faults(random);
    const controlPlane = new ControlPlane(database, client, scheduler, faults);
    const hosts: SimulatedHost[] = [];
    const invariants = new Invariants(controlPlane, hosts);
    const hostCount = random.between(1, 4);
    for (let number = 1; number <= hostCount; number += 1) {
      const engine = new SimulatedEngine(scheduler, random, ({ name }) => invariants.onStop(name));
      engine.images.add(image);
      const surroundings = { scheduler, random, faults, controlPlane };
      hosts.push(new SimulatedHost(`host-${number}`, random.between(1, 4), engine, surroundings));
    }
    for (const host of hosts) await host.enrol();
    for (const host of hosts) await host.startAgent();
    const check = () => invariants.check();
    planUsers(scheduler, random, controlPlane);
    injectFaults({ scheduler, random, faults, hosts, untilMs: troubleMs });
    await scheduler.advance(troubleMs, check);

    faults.over = true;
    scheduler.note('--- no more faults');
    for (const host of hosts) {
      host.up = true;
      host.cut = false;
      host.engine.away = false;
      host.engine.images.add(missingImage);
      await host.startAgent();
    }
    for (let waited = 0; ; waited += lookEveryMs) {
      await scheduler.advance(lookEveryMs, check);
      const why = await whyNotConverged(controlPlane, invariants, hosts);
      if (why === null) return { endedAfterMs: waited };
      if (waited >= patienceMs) throw new Error(`does not converge: ${why}`);
    }
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const story = scheduler.story.join('\n');
    throw new Error(`${message}\n\n${story}\n\nnpm run simulate -- --seed ${seed}`, {
      cause: error,
    });
  } finally {
    client.close();
  }
}

const image = 'longshore/stand-in:1';
/** On no host until the faults are over. */
const missingImage = 'longshore/not-there:1';

/** Deployments come and go, also while everything else goes wrong. */
function planUsers(scheduler: Scheduler, random: Random, controlPlane: ControlPlane): void {
  const names = Array.from({ length: random.between(1, 6) }, (_, index) => `model-${index}`);
  for (const name of names) {
    const createAt = random.between(0, troubleMs * 0.8);
    const input = {
      name,
      image_name: image,
      replicas: random.between(0, 3),
      gpu: random.pick([
        { count: 0 },
        { count: 1 },
        { count: 2 },
        { count: 1, memory_bytes: gpuBytes / 2 },
        { count: 1, memory_bytes: gpuBytes / 4 },
      ]),
      ...(random.chance(0.3) ? { memory_bytes: hostBytes / 2 ** random.between(0, 2) } : {}),
      placement: { strategy: random.pick(['spread', 'binpack']) },
    };
    scheduler.after(createAt, async () => {
      scheduler.note(
        `user: creates ${name}, ${input.replicas} replicas, ${JSON.stringify(input.gpu)}`,
      );
      try {
        await controlPlane.create(input);
      } catch (error) {
        // Such as more GPUs than any host has.
        if (!(error instanceof Failure)) throw error;
        scheduler.note(`user: is refused: ${error.message}`);
      }
    });
    for (let count = random.between(0, 2); count > 0; count -= 1) {
      const change = random.pick([
        { replicas: 2 },
        { replicas: 0 },
        { env: { CHANGED: String(count) } },
        { image_name: missingImage, image_pull_policy: 'never' },
      ]);
      scheduler.after(random.between(createAt + 1, troubleMs), async () => {
        scheduler.note(`user: changes ${name}: ${JSON.stringify(change)}`);
        try {
          await controlPlane.change(name, change);
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          scheduler.note(`user: is refused: ${error.message}`);
        }
      });
    }
    if (!random.chance(0.5)) continue;
    scheduler.after(random.between(createAt + 1, troubleMs), async () => {
      scheduler.note(`user: deletes ${name}`);
      try {
        await controlPlane.remove(name);
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'not_found')) throw error;
      }
    });
  }
}
