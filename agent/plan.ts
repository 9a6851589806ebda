import type { Launch } from './desired.ts';
import type { DesiredMark } from './docker/labels.ts';
import { isUp, type OwnContainer } from './docker/own-container.ts';
import { restartDue } from './health.ts';
import type { Trouble, Work } from './work.ts';

/** One thing to do for one instance. */
export type Step =
  /** Gets what the launch needs while an older generation still runs. */
  | { kind: 'fetch'; launch: Launch }
  /** Makes the container and starts it. */
  | { kind: 'launch'; launch: Launch }
  /** Starts the container that is there. */
  | { kind: 'start'; launch: Launch; container: OwnContainer }
  /** Ends a run, so that the container is started again. */
  | { kind: 'stop'; launch: Launch; container: OwnContainer; why: 'start_timeout' | 'unhealthy' }
  | { kind: 'remove'; container: OwnContainer; why: RemoveReason };

export type RemoveReason = 'not_desired' | 'other_generation' | 'replaced' | 'dead';

/** A step under way. One at a time for each instance. */
export interface Flight {
  step: Step;
  /** It was asked to end. */
  aborted: boolean;
}

/** A removal that is tried again. */
export interface FailedRemoval {
  failures: number;
  retry_at_ms: number;
  /** Null when the engine gave no answer. */
  trouble: Trouble | null;
}

export interface World {
  /** Null: no desired set is known, and nothing may be concluded from what is not in it. */
  launches: readonly Launch[] | null;
  /** The control plane said, to this process, that `launches` is its current and complete set. */
  confirmed: boolean;
  /** Which set `launches` are of. */
  desired: DesiredMark | null;
  /** All containers of this host, freshly listed. */
  containers: readonly OwnContainer[];
  /** Names of those that the engine says nothing about: nothing is done for their instances. */
  silent: ReadonlySet<string>;
  /** By container name. */
  works: ReadonlyMap<string, Work>;
  /** By container name. */
  removals: ReadonlyMap<string, FailedRemoval>;
  /** By instance id. */
  flights: ReadonlyMap<string, Flight>;
  now_ms: number;
}

export interface Plan {
  steps: Step[];
  /** Instances whose step under way serves a launch that nobody wants any more. */
  aborts: string[];
  /** When time alone will change the plan; null: never. */
  wake_at_ms: number | null;
}

export function instanceOf(step: Step): string {
  return step.kind === 'remove' ? step.container.instance_id : step.launch.spec.instance_id;
}

/** At most one next step for each instance that has none under way. Planned twice from the same world, it is the same. */
export function plan(world: World): Plan {
  const result: Plan = { steps: [], aborts: [], wake_at_ms: null };
  if (world.launches === null) return result;
  // Another process has a newer set: what this one holds is the current one no more, and it will be told so.
  const isOvertaken = world.containers.some((container) => isNewerThan(container, world.desired));
  const seen = isOvertaken ? { ...world, confirmed: false } : world;
  const wanted = new Map(world.launches.map((launch) => [launch.spec.instance_id, launch]));
  const present = new Map<string, OwnContainer[]>();
  for (const container of world.containers) {
    const others = present.get(container.instance_id);
    if (others) others.push(container);
    else present.set(container.instance_id, [container]);
  }
  const wakeAt = (atMs: number) => {
    if (result.wake_at_ms === null || atMs < result.wake_at_ms) result.wake_at_ms = atMs;
  };
  /** The time has come; else the plan is to be made again when it has. */
  const isDue = (atMs: number | null | undefined) => {
    if (atMs === null || atMs === undefined || atMs <= world.now_ms) return true;
    wakeAt(atMs);
    return false;
  };

  for (const instance of new Set([...wanted.keys(), ...present.keys(), ...world.flights.keys()])) {
    const launch = wanted.get(instance);
    const flight = world.flights.get(instance);
    if (flight) {
      if (!flight.aborted && isSuperseded(flight.step, launch)) result.aborts.push(instance);
      continue;
    }
    const step = nextStep(launch, present.get(instance) ?? [], seen, isDue);
    if (step) result.steps.push(step);
  }
  return result;
}

/** It was made for a newer set than ours. Those of another era, before a database was restored, are not compared. */
function isNewerThan({ made_for }: OwnContainer, desired: DesiredMark | null): boolean {
  return made_for !== null && made_for.era === desired?.era && made_for.revision > desired.revision;
}

/** A removal or a stop under way goes on: its signal is sent, and it leads where any newer launch wants to be. */
function isSuperseded(step: Step, launch: Launch | undefined): boolean {
  if (step.kind === 'remove' || step.kind === 'stop') return false;
  return launch?.name !== step.launch.name || launch.hash !== step.launch.hash;
}

function nextStep(
  launch: Launch | undefined,
  containers: readonly OwnContainer[],
  world: World,
  isDue: (atMs: number | null | undefined) => boolean,
): Step | null {
  const remove = (container: OwnContainer, why: RemoveReason): Step | null =>
    container.status !== 'removing' && isDue(world.removals.get(container.name)?.retry_at_ms)
      ? { kind: 'remove', container, why }
      : null;
  if (containers.some(({ name }) => world.silent.has(name))) return null;
  if (!launch) {
    const [orphan] = containers;
    return orphan && world.confirmed ? remove(orphan, 'not_desired') : null;
  }
  const work = world.works.get(launch.name);
  const other = containers.find((container) => container.name !== launch.name);
  if (other) {
    if (!world.confirmed || !isDue(work?.retry_at_ms)) return null;
    // The old one serves until what the new one needs is here.
    if (isUp(other.status) && !work?.fetched) return { kind: 'fetch', launch };
    return remove(other, 'other_generation');
  }
  const container = containers.find(({ name }) => name === launch.name);
  if (!container) {
    // The journal may be older than what ran since. What holds no container may hold no claim any more.
    return world.confirmed && isDue(work?.retry_at_ms) ? { kind: 'launch', launch } : null;
  }
  if (container.spec_hash !== launch.hash) {
    return world.confirmed ? remove(container, 'replaced') : null;
  }
  switch (container.status) {
    case 'running':
    case 'paused':
    case 'restarting': {
      const due = work?.health ? restartDue(work.health, launch.spec.health) : null;
      // `retry_at_ms` holds a pause after a stop that failed.
      if (!due || !isDue(due.at_ms) || !isDue(work?.retry_at_ms)) return null;
      return { kind: 'stop', launch, container, why: due.why };
    }
    case 'created':
    case 'exited':
      return isDue(work?.retry_at_ms) ? { kind: 'start', launch, container } : null;
    case 'dead':
      return isDue(work?.retry_at_ms) ? remove(container, 'dead') : null;
    case 'removing':
      return null;
  }
}
