import { Failure } from '../contract/failure.ts';
import {
  behaviours,
  behaviourVariable,
  image,
  missingImage,
  noImage,
  pulledImage,
} from './behaviour.ts';
import type { Census } from './census.ts';
import type { ControlPlane } from './control-plane.ts';
import { isDatabaseAway } from './database.ts';
import { isRefusal } from './failures.ts';
import { gpuBytes, hostBytes, type SimulatedHost } from './host.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export interface UsersOptions {
  scheduler: Scheduler;
  random: Random;
  census: Census;
  controlPlane: ControlPlane;
  hosts: readonly SimulatedHost[];
  untilMs: number;
}

/** Deployments and hosts come, change and go, also while everything else goes wrong. */
export function planUsers(options: UsersOptions): void {
  const { scheduler, random, census, controlPlane, hosts, untilMs } = options;
  const names = Array.from({ length: random.between(1, 6) }, (_, index) => `model-${index}`);
  for (const name of names) {
    const createAt = random.between(0, untilMs * 0.7);
    const input = newInput(name, random);
    act(createAt, 'creates', `${name} ${JSON.stringify(input)}`, () => controlPlane.create(input));
    for (let count = random.between(0, 4); count > 0; count -= 1) {
      const [what, run] = random.pick(changesOf(name, count));
      // Some right after one another, so that they come between each other's requests.
      const at = random.chance(0.2) ? createAt + random.between(1, 40) : laterThan(createAt);
      act(at, what, name, run);
    }
    if (random.chance(0.4)) {
      const at = laterThan(createAt);
      act(at, 'deletes', name, () => controlPlane.remove(name));
      if (random.chance(0.4)) {
        act(at + random.between(1, 60_000), 'deletes by force', name, () =>
          controlPlane.forceRemove(name),
        );
      }
    }
  }
  for (let count = random.between(0, 4); count > 0; count -= 1) {
    const host = random.pick(hosts);
    const [what, run] = random.pick(dutiesOf(host));
    act(random.between(1, untilMs), what, host.name, run);
  }

  if (random.chance(0.2)) {
    const at = random.between(1, untilMs);
    act(at, 'ends the hold on replacement', '', () => controlPlane.releaseReplacement());
  }

  function laterThan(at: number): number {
    return random.between(at + 1, untilMs);
  }

  function act(at: number, what: string, whom: string, run: () => Promise<void>): void {
    scheduler.after(at, async () => {
      scheduler.note(`user: ${what} ${whom}`);
      try {
        await run();
        census.count(`user: ${what}`);
      } catch (error) {
        // Such as more GPUs than any host has.
        if (!isRefusal(error)) throw error;
        const why = error instanceof Failure ? error.code : 'no answer';
        scheduler.note(`user: is refused to ${what} ${whom}: ${why}`);
        census.count(`user: ${what}: ${why}`);
      }
    });
  }

  function changesOf(name: string, count: number): [string, () => Promise<void>][] {
    const change = (set: Record<string, unknown>) => () => controlPlane.change(name, set);
    const behave = (behaviour: string) => change({ env: { [behaviourVariable]: behaviour } });
    return [
      ['scales', change({ replicas: random.between(0, 5) })],
      ['changes env of', change({ env: { CHANGED: String(count) } })],
      ['changes GPUs of', change({ gpu: random.pick(gpuRequests) })],
      [
        'changes image of',
        change({ image_name: pulledImage, image_pull_policy: 'if_not_present' }),
      ],
      ['breaks image of', change({ image_name: missingImage, image_pull_policy: 'never' })],
      ['breaks image for ever of', change({ image_name: noImage })],
      ['breaks program of', behave(random.pick(behaviours))],
      ['breaks program of', behave(random.pick(behaviours))],
      ['rolls back', () => controlPlane.rollBack(name, random.between(1, 2))],
      ['restarts', () => controlPlane.restart(name)],
      ['stops', () => controlPlane.setStopped(name, true)],
      ['starts', () => controlPlane.setStopped(name, false)],
    ];
  }

  function dutiesOf(host: SimulatedHost): [string, () => Promise<void>][] {
    return [
      ['cordons', () => controlPlane.cordon(host.id)],
      ['uncordons', () => controlPlane.uncordon(host.id)],
      ['drains', () => controlPlane.drain(host.id)],
      ['drains', () => controlPlane.drain(host.id)],
      ['renames', () => controlPlane.describeHost(host.id, { name: `${host.name}-renamed` })],
      ['labels', () => controlPlane.describeHost(host.id, { labels: { room: 'b' } })],
      ['removes', () => removal(host, host.id, false)],
      ['removes by force', () => removal(host, host.id, true)],
    ];
  }

  /** Without an answer it is asked for again, until it is done or was done before. */
  async function removal(host: SimulatedHost, id: string, force: boolean): Promise<void> {
    if (id === '' || host.id !== id) return; // it was removed before
    try {
      await controlPlane.removeHost(id, force);
    } catch (error) {
      if (isDatabaseAway(error)) {
        scheduler.after(1000, () => removal(host, id, force).catch(unlessRefused));
        return;
      }
      if (!(error instanceof Failure && error.code === 'not_found')) throw error;
    }
    await setUpAnew(host);
  }

  /** Its agent is a stranger for a while; then the machine is set up afresh. */
  async function setUpAnew(host: SimulatedHost): Promise<void> {
    const { id } = host;
    host.id = '';
    scheduler.after(random.between(1, 60_000), () => {
      host.killAgent();
      host.killTwin();
      host.engine.wipe(id);
      host.setUpAfresh();
      return enrol(host);
    });
  }

  async function enrol(host: SimulatedHost): Promise<void> {
    try {
      await host.enrol();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      scheduler.after(1000, () => enrol(host));
      return;
    }
    census.count('user: sets up a host anew');
    await host.startAgent();
  }
}

function unlessRefused(error: unknown): void {
  if (!isRefusal(error)) throw error;
}

const gpuRequests = [
  { count: 0 },
  { count: 1 },
  { count: 2 },
  { count: 1, memory_bytes: gpuBytes / 2 },
  { count: 1, memory_bytes: gpuBytes / 4 },
  { count: 2, memory_bytes: gpuBytes / 2 },
];

function newInput(name: string, random: Random) {
  const behaviour = random.chance(0.1) ? random.pick(behaviours) : 'good';
  return {
    name,
    image_name: random.pick([image, image, image, pulledImage]),
    replicas: random.between(0, 4),
    env: { [behaviourVariable]: behaviour },
    gpu: random.pick(gpuRequests),
    ...(random.chance(0.3) ? { memory_bytes: hostBytes / 2 ** random.between(0, 2) } : {}),
    placement: { strategy: random.pick(['spread', 'binpack']) },
    rollout: {
      min_ready_seconds: random.pick([0, 0, 5]),
      deadline_seconds: random.pick([60, 120, 3600]),
    },
    health: {
      restart_after_seconds: random.pick([0, 20, 300]),
      start_timeout_seconds: random.pick([30, 3600]),
    },
    replace_after_seconds: random.pick([20, 60, 120]),
  };
}
