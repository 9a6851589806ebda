import { label } from '../agent/docker/labels.ts';
import { isLeaving, isReady } from '../src/deployments/model.ts';
import { canWork, isBrokenUnseen, noImage } from './behaviour.ts';
import { gpuBytes, hostBytes, type SimulatedHost } from './host.ts';
import type { Invariants } from './invariants.ts';
import type { ClaimRow, DeploymentRow, InstanceRow, LaunchRow, Rows } from './rows.ts';

/** Why the system is not what it shall become once nothing goes wrong any more; null when it is. */
export function whyNotConverged(
  invariants: Invariants,
  hosts: readonly SimulatedHost[],
): string | null {
  const { rows } = invariants;
  for (const host of hosts) {
    const why = whyHostDiffers(host, invariants);
    if (why) return why;
  }
  for (const deployment of rows.deployments) {
    const why = whyUnsettled(deployment, rows, hosts);
    if (why) return why;
  }
  return whyStarved(rows, hosts) ?? whyLeftOver(rows);
}

function whyHostDiffers(host: SimulatedHost, invariants: Invariants): string | null {
  const row = invariants.rows.hosts.find(({ id }) => id === host.id);
  if (!row?.online) return `${host.name} is not online`;
  const wanted = invariants.wantedOn(host.id);
  const containers = host.engine.own(host.id);
  const stray = containers.find(
    ({ name, body }) =>
      !wanted.some((launch) => launch.name === name) &&
      !waitsForEver(body.Labels[label.instance], wanted),
  );
  if (stray) return `${host.name} keeps ${stray.name}`;
  const missing = wanted.find(
    ({ name, spec }) =>
      canWork({ image_name: spec.image, env: spec.env }) &&
      host.engine.byName(name)?.status !== 'running',
  );
  return missing ? `${host.name} does not run ${missing.name}` : null;
}

function whyUnsettled(
  deployment: DeploymentRow,
  { instances, hosts, claims }: Rows,
  machines: readonly SimulatedHost[],
): string | null {
  const { id, name, deleting, stopped, spec, goodSpec, rolloutFailure, rolling } = deployment;
  if (deleting) return `${name} is still being deleted`;
  const own = instances.filter((instance) => instance.deploymentId === id);
  const replicas = stopped ? 0 : spec.replicas;
  const states = own.map((one) => `${one.state} (${one.message})`).join(', ');
  const onDrained = own.filter(
    ({ hostId }) => hosts.find((host) => host.id === hostId)?.draining ?? false,
  );
  const aim = rolloutFailure !== null && goodSpec ? goodSpec : spec;
  const works = canWork(aim);
  // More wait for a place in the stead of what must leave its host, or for a revision that never comes up.
  // So does the next of a rollout that finds no room beside what serves, until its deadline.
  const isHeldUp = rolling && own.some(({ state }) => state === 'pending');
  const spare =
    onDrained.length > 0 || !works || isHeldUp ? Math.max(1, Math.ceil(replicas / 4)) : 0;
  if (own.length < replicas || own.length > replicas + spare) {
    return `${name} has ${own.length} of ${replicas}: ${states}`;
  }
  const isSeen = !isHeldUp && !isBrokenUnseen(aim);
  const isPlaced = own.some(({ hostId }) => hostId !== null);
  if (!works && isSeen && goodSpec && canWork(goodSpec) && isPlaced) {
    return `${name} is broken and was not given up: ${states}`;
  }
  // On a drained host nothing is made anew: what is broken there waits for a place elsewhere, as what serves does.
  const mayStayBroken = (one: InstanceRow) => isHeldUp && onDrained.includes(one);
  const unwell = own.find((one) => !isReady(one) && one.state !== 'pending' && !mayStayBroken(one));
  if (unwell && works) return `${unwell.id} of ${name} is ${unwell.state}: ${unwell.message}`;
  if (unwell && (!unwell.message || isLeaving(unwell))) {
    return `${unwell.id} of ${name} is ${unwell.state} without a reason: ${unwell.message}`;
  }
  const silent = own.find(({ state, message }) => state === 'pending' && !message);
  if (silent) return `${silent.id} of ${name} is pending without a reason`;
  const isSettled = !rolling && !stopped && rolloutFailure === null;
  const elder = own.find((one) => one.templateRevision !== deployment.templateRevision);
  if (isSettled && elder) return `${elder.id} of ${name} is of a revision that was replaced`;
  if (rolling && works && spare === 0 && own.every(isReady)) return `${name} rolls for ever`;
  // What never comes up elsewhere need not leave.
  const stuck = onDrained.find(() => works && hasRoom(aim, roomOf(claims, hosts, machines)));
  return stuck ? `${stuck.id} of ${name} need not stay on its drained host` : null;
}

/** One may wait although there is room, when an older one that could have it waits for more. */
function whyStarved(
  { instances, deployments, claims, hosts }: Rows,
  machines: readonly SimulatedHost[],
): string | null {
  const room = roomOf(claims, hosts, machines);
  const empty = roomOf([], hosts, machines);
  const waiting = instances.filter(({ state }) => state === 'pending');
  const specOf = ({ deploymentId }: InstanceRow) => {
    const row = deployments.find(({ id }) => id === deploymentId);
    return row && row.rolloutFailure !== null && row.goodSpec ? row.goodSpec : row?.spec;
  };
  let isKept = false;
  for (const instance of waiting) {
    const spec = specOf(instance);
    if (!spec) return `${instance.id} has no deployment`;
    const needsGpus = (spec.gpu?.count ?? 0) > 0;
    // GPUs are kept for the oldest that waits for some, and nothing else is.
    if (isKept && needsGpus) continue;
    if (hasRoom(spec, room)) return `${instance.id} waits, and there is room: ${instance.message}`;
    if (needsGpus && hasRoom(spec, empty)) isKept = true;
  }
  return null;
}

/** Its next generation never comes: until then the one before it serves. */
function waitsForEver(instanceId: string | undefined, launches: readonly LaunchRow[]): boolean {
  return launches.some(
    (next) => next.wanted && next.instanceId === instanceId && next.spec.image === noImage,
  );
}

/** What is gone left nothing behind. */
function whyLeftOver({ instances, claims, launches }: Rows): string | null {
  const claim = claims.find(({ instanceId }) => !instances.some(({ id }) => id === instanceId));
  if (claim) return `${claim.resource} is claimed for ${claim.instanceId}, which is gone`;
  const launch = launches.find((one) => !one.wanted && !waitsForEver(one.instanceId, launches));
  return launch ? `${launch.name} is withdrawn and still queued` : null;
}

interface Room {
  gpus: number[];
  memory: number;
}

function roomOf(
  claims: readonly ClaimRow[],
  rows: Rows['hosts'],
  machines: readonly SimulatedHost[],
): Room[] {
  const open = machines.filter(({ id }) => rows.some((row) => row.id === id && row.schedulable));
  return open.map(({ id, gpus }): Room => {
    const left = (resource: string, capacity: number) =>
      claims
        .filter((claim) => claim.hostId === id && claim.resource === resource)
        .reduce((sum, { holder, amount }) => sum - (holder === '' ? capacity : amount), capacity);
    return {
      gpus: gpus.map((uuid) => left(`gpu:${uuid}`, gpuBytes)),
      memory: left('memory', hostBytes),
    };
  });
}

type Asked = Pick<DeploymentRow['spec'], 'gpu' | 'memory_bytes'>;

function hasRoom({ gpu = { count: 0 }, memory_bytes = 0 }: Asked, room: readonly Room[]): boolean {
  const bytes = gpu.memory_bytes ?? gpuBytes;
  return room.some(
    ({ gpus, memory }) =>
      memory >= memory_bytes && gpus.filter((left) => left >= bytes).length >= gpu.count,
  );
}
