import type { DeploymentInput } from '../../contract/deployment.ts';
import { type InstanceRecord, isLeaving, isReady, type World } from './model.ts';
import { starvesAt } from './reservation.ts';

/** It has been ready for as long as the deployment asks. */
export function isGood(instance: InstanceRecord, spec: DeploymentInput, now: number): boolean {
  if (!isReady(instance)) return false;
  const { min_ready_seconds } = spec.rollout;
  return min_ready_seconds === 0 || now >= goodAt(instance, spec);
}

function goodAt({ readyAt, updatedAt }: InstanceRecord, spec: DeploymentInput): number {
  return (readyAt ?? updatedAt) + spec.rollout.min_ready_seconds * 1000;
}

/** Its host has been silent for so long that it is placed elsewhere. */
export function isLost(instance: InstanceRecord, world: World): boolean {
  const at = lostAt(instance, world);
  return at !== null && world.now >= at;
}

/** Hubs look at their hosts every 10 s, and need a moment to write down what they see. */
const nextLookMs = 11_000;

/**
 * Not before the next look of every hub: of hosts that fell silent together the first look may find too few to hold
 * replacements back.
 */
function lostAt(instance: InstanceRecord, world: World): number | null {
  const { state, hostSeenAt, hostOfflineAt, hostRevoked } = instance;
  // That most hosts are silent says nothing of one that a person has revoked.
  const isHeld = world.replacementHeld && !hostRevoked;
  if (state !== 'unreachable' || hostSeenAt === null || isHeld) return null;
  const askedFor = hostSeenAt + world.deployment.spec.replace_after_seconds * 1000;
  return Math.max(askedFor, (hostOfflineAt ?? hostSeenAt) + nextLookMs);
}

/** Restarts after which a new revision counts as one that keeps crashing. */
const mostRestarts = 3;

/**
 * Why the newest revision is to be given up; null while it is not. Only one that has something to fall back to is.
 */
export function rolloutFailureOf(world: World, present: readonly InstanceRecord[]): string | null {
  const { deployment, fallback, now } = world;
  if (!deployment.rolling || deployment.rolloutFailure !== null || !fallback) return null;
  // A host that is silent says nothing against the revision, and while most are silent nobody's place says anything.
  if (world.replacementHeld) return null;
  const changed = newestOf(world, present);
  const bad = [
    ...changed.filter((instance) => !isReady(instance) && instance.state !== 'unreachable'),
    ...heldUpOf(world, present, changed),
  ];
  const broken = bad.find(
    (instance) =>
      isHopeless(instance) ||
      (instance.state === 'restarting' && instance.restarts >= mostRestarts),
  );
  const late = now >= deadlineOf(world, changed) ? bad[0] : undefined;
  const culprit = broken ?? late;
  if (!culprit) return null;
  const why = broken
    ? 'does not come up'
    : `made no progress for ${deployment.spec.rollout.deadline_seconds} s`;
  return `Revision ${deployment.revision} ${why} and was given up; revision ${fallback.deployment.revision} serves on. Its instance said: ${culprit.message}`;
}

/** What it runs cannot come up on its host; its agent tries on all the same, further and further apart. */
export function isHopeless({ state, reason }: InstanceRecord): boolean {
  return (
    reason === 'image_not_found' ||
    (state === 'failed' && reason === 'image_wrong_architecture') ||
    (state === 'restarting' && reason === 'crash_loop')
  );
}

function newestOf({ deployment }: World, present: readonly InstanceRecord[]): InstanceRecord[] {
  return present.filter(
    ({ hostId, templateRevision }) =>
      hostId !== null && templateRevision === deployment.templateRevision,
  );
}

/**
 * Those that find no place, as far as the newest revision is to blame: an older one has places still, or nothing of the
 * newest serves.
 */
function heldUpOf(
  { deployment }: World,
  present: readonly InstanceRecord[],
  changed: readonly InstanceRecord[],
): InstanceRecord[] {
  const isOlderThere = present.some(
    ({ hostId, templateRevision }) =>
      hostId !== null && templateRevision !== deployment.templateRevision,
  );
  if (!isOlderThere && changed.some(isReady)) return [];
  return present.filter(({ hostId }) => hostId === null);
}

/** An instance that became ready is progress. */
function deadlineOf({ deployment }: World, changed: readonly InstanceRecord[]): number {
  const last = Math.max(deployment.progressAt, ...changed.map(({ readyAt }) => readyAt ?? 0));
  return last + deployment.spec.rollout.deadline_seconds * 1000;
}

/** When time alone will change the plan, in milliseconds since 1970; null: never. Pure. */
export function lookAgainAt(world: World): number | null {
  const { deployment, now } = world;
  const live = world.instances.filter((instance) => !isLeaving(instance));
  const times = live.flatMap((instance) => [
    lostAt(instance, world) ?? Number.POSITIVE_INFINITY,
    deployment.rolling && isReady(instance) && !isGood(instance, deployment.spec, now)
      ? goodAt(instance, deployment.spec)
      : Number.POSITIVE_INFINITY,
    instance.state === 'pending' && (deployment.gpuCount ?? 0) > 0
      ? starvesAt(instance)
      : Number.POSITIVE_INFINITY,
  ]);
  if (deployment.rolling && world.fallback && deployment.rolloutFailure === null) {
    times.push(deadlineOf(world, newestOf(world, live)));
  }
  const next = Math.min(...times.filter((time) => time > now));
  return Number.isFinite(next) ? next : null;
}
