import { Failure } from '../../contract/failure.ts';
import { hasLostGpu } from './lost-gpu.ts';
import { type InstanceRecord, isLeaving, isReady, isServing, type World } from './model.ts';
import { newPlacer } from './placer.ts';
import { isGood, isLost, rolloutFailureOf } from './progress.ts';
import { atOnceOf, replaceSome } from './replace.ts';
import { replacedMessage, withReplacements } from './replacements.ts';
import { reservationSteps } from './reservation.ts';
import { explainSilence } from './silence.ts';
import { explainStep, type Step, stopStep } from './steps.ts';
import { withTemplateOf } from './template.ts';

/*
 * A change makes a revision, and its rollout begins (`rolling`). An instance is *current* when it runs what is aimed
 * at, on a host that is not being drained and has its GPUs; else *outdated*. What is aimed at is the newest revision, or, once its
 * rollout was given up (`rolloutFailure`), the last good one.
 *
 *   There is room     a new instance comes first; an outdated one stops when a current one is good in its place
 *   There is none     an outdated one is relaunched on its own claims; its host fetches before it stops the old one
 *   Not even that     (it needs other claims) an outdated one stops, if the new one fits in what it leaves
 *   Nothing helps     the outdated ones serve on, and a pending one says why, until the deadline
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
  const message = `Its host ${instance.hostName ?? ''} has been silent for too long; it is being replaced, and will be stopped if the host comes back.`;
  return stopStep(instance, message, true);
}

/** Brings the instances that are there to what is wanted. */
function replicaSteps(
  world: World,
  present: readonly InstanceRecord[],
  newInstanceId: () => string,
): Step[] {
  const { deployment, fallback } = world;
  const isGivenUp = deployment.rolloutFailure !== null && fallback !== null;
  const aim = isGivenUp ? aimAt(fallback, world) : world;
  const replicas = deployment.stopped ? 0 : deployment.spec.replicas;
  const isCurrent = (instance: InstanceRecord) =>
    instance.hostId === null ||
    (!instance.hostDraining && !isOffGpu(instance, world) && hasTemplate(instance, world, aim));
  const current = present.filter(isCurrent);
  const outdated = present.filter((instance) => !isCurrent(instance)).sort(leastWantedFirst);
  const surplus = [...current]
    .sort(leastWantedFirst)
    .slice(0, Math.max(0, current.length - replicas));
  const wanted = current.filter((instance) => !surplus.includes(instance));
  const good = wanted.filter((instance) => isGood(instance, deployment.spec, world.now));
  // An outdated one serves until a current one is good in its place.
  const excess = outdated.slice(0, Math.max(0, outdated.length - (replicas - good.length)));
  const old = outdated.filter((instance) => !excess.includes(instance));
  // Fewer are wanted than when these were made beside the outdated ones.
  const spare = wanted
    .filter((instance) => !isServing(instance))
    .sort(leastWantedFirst)
    .slice(0, Math.max(0, wanted.length + old.length - replicas - atOnceOf(replicas)));
  const kept = wanted.filter((instance) => !spare.includes(instance));
  const steps = [
    ...spare.map((instance) => stopStep(instance)),
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
        : replaceSome(
            {
              ...{ placer, old, missing, waiting, replicas, kept, good, isGivenUp },
              hosts: world.hosts,
            },
            newInstanceId,
          )),
    ];
  } catch (error) {
    // Its backend has changed so that it can no more be rendered. The rest goes on, and what waits says so.
    if (!(error instanceof Failure) || isBeingMade(world)) throw error;
    const { message } = error;
    const absent = Math.max(0, missing - old.length);
    return [
      ...steps,
      ...Array.from(
        { length: absent },
        (): Step => ({ kind: 'create', instanceId: newInstanceId(), launch: null, message }),
      ),
      ...pending.flatMap((instance) => [
        ...explainStep(instance, message),
        ...reservationSteps(instance, null, world.hosts),
      ]),
    ];
  }
}

/** What the newest revision says of how many, where and how is true of an older one too. */
function aimAt(fallback: NonNullable<World['fallback']>, world: World): World {
  const { deployment, backend } = fallback;
  const spec = withTemplateOf(deployment.spec, world.deployment.spec);
  return { ...world, deployment: { ...deployment, spec }, backend };
}

function isOffGpu(instance: InstanceRecord, { hosts }: World): boolean {
  return hasLostGpu(
    instance,
    hosts.find(({ id }) => id === instance.hostId),
  );
}

/** Whoever makes it is told at once what cannot be. */
function isBeingMade({ deployment, instances }: World): boolean {
  return deployment.version === 1 && instances.length === 0;
}

/** It was rendered from what is aimed at, or from a revision that was given up and still serves. */
function hasTemplate(instance: InstanceRecord, world: World, aim: World): boolean {
  const { templateRevision } = instance;
  if (templateRevision === aim.deployment.templateRevision) return true;
  return templateRevision === world.deployment.templateRevision && isReady(instance);
}

function completeStep({ deployment, fallback }: World, good: readonly InstanceRecord[]): Step {
  const { rolloutFailure, goodRevision, revision } = deployment;
  // Nothing runs of what a stopped one uses, and it uses it all the same.
  if (good.length === 0 || (rolloutFailure !== null && fallback !== null)) {
    return { kind: 'complete_rollout', goodRevision, versions: null, message: null };
  }
  const isKept = rolloutFailure !== null || revision === 1;
  const isNews = !isKept && goodRevision !== revision;
  return {
    kind: 'complete_rollout',
    goodRevision: revision,
    versions: isKept ? null : good.flatMap(({ launchSpec }) => launchSpec?.backend?.version ?? []),
    message: isNews ? `Revision ${revision} is up.` : null,
  };
}

/** What serves least goes first: pending before queued before running; among equals the youngest. */
function leastWantedFirst(left: InstanceRecord, right: InstanceRecord): number {
  const worth = (instance: InstanceRecord) => {
    if (isReady(instance)) return 4;
    if (isServing(instance)) return 3;
    return instance.state === 'pending' ? 0 : instance.state === 'failed' ? 1 : 2;
  };
  return worth(left) - worth(right) || (left.id < right.id ? 1 : -1);
}
