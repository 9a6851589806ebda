import type { HostView } from '../placement/model.ts';
import { hasLostGpu, lostGpuMessage } from './lost-gpu.ts';
import { type InstanceRecord, isServing } from './model.ts';
import type { newPlacer } from './placer.ts';
import { isHopeless } from './progress.ts';
import { type Step, stopStep } from './steps.ts';

export interface Replacing {
  placer: ReturnType<typeof newPlacer>;
  /** Outdated ones in whose place no good one stands. */
  old: readonly InstanceRecord[];
  missing: number;
  /** Current ones that wait for room, which an outdated one may hold. */
  waiting: number;
  replicas: number;
  kept: readonly InstanceRecord[];
  good: readonly InstanceRecord[];
  hosts: readonly HostView[];
  /** The newest revision was given up. */
  isGivenUp: boolean;
}

const changedMessage =
  'The deployment was changed; its host fetches what is new before it stops the old container.';
const givenUpMessage =
  'Its revision was given up, and the previous one has no room while this one runs: its host is told to stop it.';
const makesRoomMessage =
  'The deployment was changed, and the new instance has no room beside this one: its host is told to stop it.';

/** So many instances there are over the replicas while they are replaced. */
export function atOnceOf(replicas: number): number {
  return Math.max(1, Math.ceil(replicas / 4));
}

/**
 * The next new instances in the place of outdated ones, as many at once as a quarter of the replicas. One that serves
 * is stopped first only where another would fit in what it leaves. Pure.
 */
export function replaceSome(
  { placer, old, missing, waiting, replicas, kept, good, hosts, isGivenUp }: Replacing,
  newInstanceId: () => string,
): Step[] {
  const atOnce = atOnceOf(replicas);
  // Those in whose place nothing stands, as after a host was lost, wait for nobody.
  const absent = Math.max(0, replicas - kept.length - old.length);
  const added = Array.from({ length: absent }, () => placer.create(newInstanceId()));
  if (added.some((step) => step.kind === 'create' && step.launch)) return added;
  const steps: Step[] = [...added];
  let left = missing - absent;
  // What serves nothing is replaced at once: nobody misses it. It may yet come up, so that it goes for another only.
  const idle = old.filter(
    (instance) =>
      !isServing(instance) && instance.state !== 'unreachable' && !instance.hostDraining,
  );
  // What waits for room may have theirs; made anew in place they need none, and what waits is too much then.
  const due = idle.slice(0, left + waiting + absent);
  const hasRoomAfter = due.length > 0 && placer.hasRoomWithout(due);
  for (const instance of due) {
    const anew = placer.inPlace(instance, changedMessage);
    const host = hosts.find(({ id }) => id === instance.hostId);
    if (anew) {
      steps.push(anew);
      left = Math.max(0, left - 1);
    } else if (hasLostGpu(instance, host)) {
      steps.push(stopStep(instance, lostGpuMessage(instance, host)));
    } else if (hasRoomAfter) {
      steps.push(stopStep(instance));
    } else if (isGivenUp && isHopeless(instance)) {
      // It will not come up, and holds what others may wait for. Another in its stead waits for its place, and says why.
      steps.push(stopStep(instance, givenUpMessage));
    }
  }
  const serving = old.filter((instance) => !idle.includes(instance));
  const room = replicas + atOnce - kept.length - absent - old.length;
  const wanted = Math.min(left, room);
  for (let made = 0; made < wanted && placer.hasRoom(); made += 1) {
    steps.push(placer.create(newInstanceId()));
    left -= 1;
  }
  const placed = kept.filter(({ hostId }) => hostId !== null);
  const isWaiting = waiting + absent > 0;
  if (!(left > 0 || isWaiting) || steps.length > absent || placed.length > good.length) {
    return steps;
  }
  // There is no room beside the old ones.
  const unplaced = kept.length - placed.length + absent;
  steps.push(...takeTurns(serving, { placer, replicas, good, atOnce, unplaced }));
  // What finds no place, also in the stead of one that must leave its host, says why.
  const isTold = steps.length > 0 || left === 0 || isWaiting || room < 1;
  return isTold ? steps : [placer.create(newInstanceId())];
}

/** The next of those that serve, anew on what they hold, or else out of the way. */
function takeTurns(
  serving: readonly InstanceRecord[],
  {
    placer,
    replicas,
    good,
    atOnce,
    unplaced,
  }: Pick<Replacing, 'placer' | 'replicas' | 'good'> & { atOnce: number; unplaced: number },
): Step[] {
  const steps: Step[] = [];
  // So many may be gone at a time, those included that are going or wait for a place already.
  let spare = good.length + serving.filter(isServing).length - (replicas - atOnce);
  for (const instance of serving) {
    if (steps.length === atOnce) break;
    if (instance.state === 'unreachable' || instance.hostDraining) continue;
    const anew = placer.inPlace(instance, changedMessage);
    if (anew) {
      // Those without a place anywhere do not count as gone for a while: waiting for them would hold up the rest for ever.
      if (spare + unplaced <= 0) continue;
      steps.push(anew);
      spare -= 1;
    } else if (spare > 0 && placer.hasRoomWithout([instance])) {
      steps.push(stopStep(instance, makesRoomMessage));
      spare -= 1;
    }
  }
  return steps;
}
