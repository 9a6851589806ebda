import type { InstanceState } from '../contract/instance.ts';
import { isLeaving, isReady } from '../src/deployments/model.ts';
import { gpuBytes, hostBytes } from './host.ts';
import type { ClaimRow, DeploymentRow, HostRow, InstanceRow, Rows } from './rows.ts';
import { Violation } from './violation.ts';

/** What must hold in the database at any time. */
export function checkRows({ launches, claims, instances, hosts }: Rows): void {
  for (const { name, instanceId, hostId } of launches) {
    // The next generation in place inherits it.
    const hasPort = claims.some(
      (claim) =>
        claim.instanceId === instanceId &&
        claim.hostId === hostId &&
        claim.resource.startsWith('port:'),
    );
    if (!hasPort) throw new Violation(`${name} is queued and holds no port`);
  }
  for (const { resource, instanceId, hostId } of claims) {
    const isLaunched = launches.some(
      (launch) => launch.instanceId === instanceId && launch.hostId === hostId,
    );
    // What a forced deletion left on a host is held until the host has answered.
    const isForced = !instances.some(({ id }) => id === instanceId);
    if (!isLaunched && !isForced) {
      throw new Violation(
        `${resource} of ${hostId} is claimed for ${instanceId}, which is no launch`,
      );
    }
  }
  for (const { id, heldRevision, desiredRevision } of hosts) {
    if (heldRevision > desiredRevision) throw new Violation(`${id} holds more than there is`);
  }
  const twice = launches
    .filter(({ wanted }) => wanted)
    .find((one, index, wanted) =>
      wanted.slice(0, index).some(({ instanceId }) => instanceId === one.instanceId),
    );
  if (twice) throw new Violation(`two launches of ${twice.instanceId} are wanted`);
  checkSums(claims);
}

function checkSums(claims: readonly ClaimRow[]): void {
  const sums = new Map<string, number>();
  for (const { hostId, resource, holder, amount } of claims) {
    if (resource.startsWith('port:')) continue;
    const capacity = resource === 'memory' ? hostBytes : gpuBytes;
    const key = `${hostId} ${resource}`;
    const sum = (sums.get(key) ?? 0) + (holder === '' ? capacity : amount);
    if (sum > capacity) throw new Violation(`more of ${key} is claimed than there is`);
    sums.set(key, sum);
  }
}

/** What must hold between two looks at the database. */
export function checkMove(before: Rows, after: Rows): void {
  const hosts = new Map(before.hosts.map((host) => [host.id, host]));
  for (const host of after.hosts) checkHost(hosts.get(host.id), host);
  const instances = new Map(before.instances.map((instance) => [instance.id, instance]));
  for (const instance of after.instances) checkInstance(instances.get(instance.id), instance);
  for (const deployment of after.deployments) checkServing(deployment, before, after);
}

function checkHost(before: HostRow | undefined, { id, desiredRevision }: HostRow): void {
  if (before && desiredRevision < before.desiredRevision) {
    throw new Violation(`the desired revision of ${id} went back`);
  }
}

const stages: Partial<Record<InstanceState, number>> = { queued: 0, pulling: 1, downloading: 2 };
const anyStage = 3;
/** From these a report of a new attempt is believed. */
const mayBeginAgain: InstanceState[] = ['restarting', 'failed', 'unreachable'];

function checkInstance(before: InstanceRow | undefined, after: InstanceRow): void {
  if (!before) return;
  const { id, generation, state } = after;
  const says = `${id}: generation ${before.generation} ${before.state}, then ${generation} ${state}`;
  if (generation < before.generation) throw new Violation(says);
  if (isLeaving(before) && !isLeaving(after)) throw new Violation(says);
  if (before.state === 'stopped' && state !== 'stopped') throw new Violation(says);
  if (generation > before.generation) return;
  if (after.hostId !== null && before.hostId !== null && after.hostId !== before.hostId) {
    if (!isLeaving(after)) throw new Violation(`${says}, on another host`);
  }
  // Its host was removed.
  if (state === 'pending') return;
  const isBack = (stages[state] ?? anyStage) < (stages[before.state] ?? anyStage);
  const isAnew = after.containerId === null || mayBeginAgain.includes(before.state);
  if (isBack && !isAnew) throw new Violation(says);
}

/** The planner never takes down more of what serves than a rollout may at once. */
function checkServing(deployment: DeploymentRow, before: Rows, after: Rows): void {
  const { id, name, deleting, stopped, spec } = deployment;
  if (deleting || stopped) return;
  const known = new Map(after.instances.map((instance) => [instance.id, instance]));
  const served = before.instances.filter((one) => one.deploymentId === id && isReady(one));
  const serves = after.instances.filter((one) => one.deploymentId === id && isReady(one));
  const takenDown = served.filter((old) => {
    const now = known.get(old.id);
    // With its host gone it is the person who removed the host that took it down.
    if (now?.state === 'pending') return false;
    return !now || now.generation > old.generation || isLeaving(now);
  });
  const isHostGone = (hostId: string | null) => !after.hosts.some((host) => host.id === hostId);
  if (takenDown.every(({ hostId }) => isHostGone(hostId))) return;
  const atOnce = Math.max(1, Math.ceil(spec.replicas / 4));
  if (serves.length >= Math.min(served.length, spec.replicas) - atOnce) return;
  throw new Violation(
    `${takenDown.length} of ${served.length} that serve ${name} (${spec.replicas} replicas) were taken down at once`,
  );
}
