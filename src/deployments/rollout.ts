import { Failure } from '../../contract/failure.ts';
import { type InstanceRecord, isLeaving, isReady, type World } from './model.ts';
import { newPlacer } from './placer.ts';
import { isGood, isLost, rolloutFailureOf } from './progress.ts';
import { replacedMessage, withReplacements } from './replacements.ts';
import { reservationSteps } from './reservation.ts';
import { explainSilence } from './silence.ts';
import { explainStep, type Step, stopStep } from './steps.ts';

/*
 * A change makes a revision, and its rollout begins (`rolling`). An instance is *current* when it runs what is aimed
 * at, on a host that is not being drained; else *outdated*. What is aimed at is the newest revision, or, once its
 * rollout was given up (`rolloutFailure`), the last good one.
 *
 *   There is room     a new instance comes first; an outdated one stops when a current one is good in its place
 *   There is none     an outdated one is relaunched on its own claims; its host fetches before it stops the old one
 *   Not even that     (it needs other claims) an outdated one stops, and the new one takes what it leaves
 *   All are good      `complete_rollout`: this is the good revision from now on
 *   It fails          `give_up_rollout`: what is good serves on, what is not goes back to the good revision
 *
 * Level-triggered: done twice it plans nothing the second time; done late, it goes on where the instances are.
 */

/**
 * What to do next, so that the instances become what the deployment wants. Pure.
 * @throws Failure when a new deployment cannot be rendered, or no version of its backend fits what it asks for
 */
export function plan(world: World, newInstanceId: () => string): Step[] {
  const { deployment, instances } = world;
  const gone = instances.filter(({ state }) => state === 'stopped');
  const forgets = gone.map((instance): Step => ({ kind: 'forget', instanceId: instance.id }));
  if (deployment.deleting) {
    const stops = instances.filter((instance) => !isLeaving(instance)).map((one) => stopStep(one));
    // Those without a host are gone with the step itself.
    const onHosts = instances.filter(({ state, hostId }) => state !== 'stopped' && hostId !== null);
    return onHosts.length === 0
      ? [...stops, ...forgets, { kind: 'delete_deployment' }]
      : [...stops, ...forgets];
  }

  const live = instances.filter((instance) => !isLeaving(instance));
  const lost = live.filter((instance) => isLost(instance, world));
  const present = live.filter((instance) => !lost.includes(instance));
  const begun = [
    ...forgets,
    ...lost.map(giveUpStep),
    ...present.flatMap((instance) => explainSilence(instance, world)),
  ];
  const failure = rolloutFailureOf(world, present);
  if (failure !== null) {
    const given = { ...world, deployment: { ...deployment, rolloutFailure: failure } };
    return withReplacements([
      ...begun,
      { kind: 'give_up_rollout', message: failure },
      ...replicaSteps(given, present, newInstanceId),
    ]);
  }
  return withReplacements([...begun, ...replicaSteps(world, present, newInstanceId)]);
}

function giveUpStep(instance: InstanceRecord): Step {
  const message = `Its host ${instance.hostName ?? ''} is silent for too long; it is replaced, and stopped should the host come back.`;
  return stopStep(instance, message, true);
}

/** Brings the instances that are there to what is wanted. */
function replicaSteps(
  world: World,
  present: readonly InstanceRecord[],
  newInstanceId: () => string,
): Step[] {
  const { deployment, fallback } = world;
  const aim = deployment.rolloutFailure !== null && fallback ? { ...world, ...fallback } : world;
  const replicas = deployment.stopped ? 0 : deployment.spec.replicas;
  const isCurrent = (instance: InstanceRecord) =>
    instance.hostId === null || (!instance.hostDraining && hasTemplate(instance, world, aim));
  const current = present.filter(isCurrent);
  const outdated = present.filter((instance) => !isCurrent(instance)).sort(leastWantedFirst);
  const surplus = [...current]
    .sort(leastWantedFirst)
    .slice(0, Math.max(0, current.length - replicas));
  const kept = current.filter((instance) => !surplus.includes(instance));
  const good = kept.filter((instance) => isGood(instance, deployment.spec, world.now));
  // An outdated one serves until a current one is good in its place.
  const excess = outdated.slice(0, Math.max(0, outdated.length - (replicas - good.length)));
  const old = outdated.filter((instance) => !excess.includes(instance));
  const steps = [
    ...surplus.map((instance) => stopStep(instance)),
    ...excess.map((instance, index) => stopStep(instance, replacedMessage(good, index))),
  ];
  // From then on what becomes ready asks for the next step.
  if (!deployment.rolling && outdated.length > 0) steps.unshift({ kind: 'begin_rollout' });

  const pending = kept.filter(({ hostId }) => hostId === null);
  const portless = kept.filter(
    ({ state, reason }) => state === 'failed' && reason === 'port_in_use',
  );
  const missing = Math.max(0, replicas - kept.length);
  if (pending.length + portless.length + missing === 0) {
    const isDone = deployment.rolling && old.length === 0 && good.length === replicas;
    return isDone ? [...steps, completeStep(world, good)] : steps;
  }
  try {
    const placer = newPlacer(aim);
    const retried = pending.flatMap((instance) => placer.retry(instance));
    const waiting = retried.some(({ kind }) => kind === 'launch') ? 0 : pending.length;
    return [
      ...steps,
      ...retried,
      ...portless.flatMap((instance) => placer.elsewhere(instance)),
      ...(old.length === 0
        ? Array.from({ length: missing }, () => placer.create(newInstanceId()))
        : replaceSome({ placer, old, missing, waiting, replicas, kept, good }, newInstanceId)),
    ];
  } catch (error) {
    // Its backend has changed so that it can no more be rendered. The rest goes on, and what waits says so.
    if (!(error instanceof Failure) || world.instances.length === 0) throw error;
    return [
      ...steps,
      ...pending.flatMap((instance) => [
        ...explainStep(instance, error.message),
        ...reservationSteps(instance, null, world.hosts),
      ]),
    ];
  }
}

/** The next new instances in the place of outdated ones, as many at once as a quarter of the replicas. */
function replaceSome(
  {
    placer,
    old,
    missing,
    waiting,
    replicas,
    kept,
    good,
  }: {
    placer: ReturnType<typeof newPlacer>;
    old: readonly InstanceRecord[];
    missing: number;
    /** Current ones that wait for room, which an outdated one may hold. */
    waiting: number;
    replicas: number;
    kept: readonly InstanceRecord[];
    good: readonly InstanceRecord[];
  },
  newInstanceId: () => string,
): Step[] {
  const atOnce = Math.max(1, Math.ceil(replicas / 4));
  // Those in whose place nothing stands, as after a host was lost, wait for nobody.
  const absent = Math.max(0, replicas - kept.length - old.length);
  const added = Array.from({ length: absent }, () => placer.create(newInstanceId()));
  if (added.some((step) => step.kind === 'create' && step.launch)) return added;
  const steps: Step[] = [...added];
  let left = missing - absent;
  // What serves nothing is replaced at once: nobody misses it.
  const idle = old.filter(
    (instance) => !isReady(instance) && instance.state !== 'unreachable' && !instance.hostDraining,
  );
  for (const instance of idle.slice(0, left)) {
    const anew = placer.inPlace(instance, changedMessage);
    steps.push(anew ?? stopStep(instance));
    if (anew) left -= 1;
  }
  const serving = old.filter((instance) => !idle.includes(instance));
  const room = replicas + atOnce - kept.length - steps.length - serving.length;
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
  const reachable = serving.filter(({ state }) => state !== 'unreachable');
  for (const instance of reachable.filter(({ hostDraining }) => !hostDraining).slice(0, atOnce)) {
    steps.push(placer.inPlace(instance, changedMessage) ?? stopStep(instance));
  }
  // One that must leave its host waits for a place elsewhere, and says why it has none.
  return steps.length > 0 || left === 0 || isWaiting ? steps : [placer.create(newInstanceId())];
}

const changedMessage =
  'The deployment was changed; its host fetches what is new before it stops the old container.';

/** It was rendered from what is aimed at, or from a revision that was given up and still serves. */
function hasTemplate(instance: InstanceRecord, world: World, aim: World): boolean {
  const { templateRevision } = aim.deployment;
  if (aim === world) return instance.deploymentRevision >= templateRevision;
  const isFailed = instance.deploymentRevision >= world.deployment.templateRevision;
  return isFailed ? isReady(instance) : instance.deploymentRevision >= templateRevision;
}

function completeStep({ deployment, fallback }: World, good: readonly InstanceRecord[]): Step {
  const { rolloutFailure, goodRevision, revision } = deployment;
  const failed = rolloutFailure !== null && fallback !== null;
  return {
    kind: 'complete_rollout',
    goodRevision: failed || good.length === 0 ? goodRevision : revision,
    versions: good.flatMap(({ launchSpec }) => launchSpec?.backend?.version ?? []),
  };
}

/** What serves least goes first: pending before queued before running; among equals the youngest. */
function leastWantedFirst(left: InstanceRecord, right: InstanceRecord): number {
  const worth = ({ state }: InstanceRecord) =>
    state === 'running' ? 3 : state === 'pending' ? 0 : state === 'failed' ? 1 : 2;
  return worth(left) - worth(right) || (left.id < right.id ? 1 : -1);
}
