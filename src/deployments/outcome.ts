import type { Deployment } from '../../contract/deployment.ts';
import type { InstanceRecord, World } from './model.ts';
import { toDeployment } from './representation.ts';
import { standingOf } from './status.ts';
import type { Launch, Step } from './steps.ts';

/** A deployment as a batch of `steps` leaves it, for the caller who asked for them: nothing is read again. Pure. */
export function deploymentAfter(world: World, steps: readonly Step[]): Deployment {
  const { now } = world;
  let deployment = { ...world.deployment, updatedAt: now };
  const instances = new Map(world.instances.map((instance) => [instance.id, instance]));
  const move = (id: string, change: Partial<InstanceRecord>) => {
    const before = instances.get(id);
    if (before) instances.set(id, { ...before, ...change, updatedAt: now });
  };
  for (const step of steps) {
    switch (step.kind) {
      case 'create':
        instances.set(step.instanceId, newInstance(world, step));
        break;
      case 'launch':
        move(step.instanceId, { ...queued(world, step), serves: false });
        break;
      case 'relaunch':
        move(step.instanceId, {
          ...queued(world, step),
          message: step.message,
          serves: step.serves,
          ...(step.serves ? {} : { readyAt: null }),
        });
        break;
      case 'explain':
        move(step.instanceId, { message: step.message });
        break;
      case 'stop':
        if (step.hostId === null) instances.delete(step.instanceId);
        else
          move(step.instanceId, {
            state: step.givenUp ? 'deleting' : 'stopping',
            message: step.message,
          });
        break;
      case 'forget':
        instances.delete(step.instanceId);
        break;
      case 'begin_rollout':
        deployment = { ...deployment, rolling: true, progressAt: now };
        break;
      case 'complete_rollout':
        deployment = { ...deployment, rolling: false, goodRevision: step.goodRevision };
        break;
      case 'give_up_rollout':
        deployment = { ...deployment, rolloutFailure: step.message };
        break;
      case 'use_backend':
      case 'reserve':
      case 'end_reservation':
      case 'delete_deployment':
        break;
    }
  }
  const inOrder = [...instances.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  return toDeployment(deployment, inOrder, standingOf(world));
}

function queued(world: World, { launch, generation }: { launch: Launch; generation: number }) {
  return {
    state: 'queued',
    reason: null,
    message: 'Waiting for its host to take it.',
    generation,
    deploymentRevision: launch.spec.deployment.revision,
    templateRevision: templateOf(world, launch),
    hostId: launch.placement.hostId,
    hostAddress: launch.placement.address,
    launchSpec: launch.spec,
  } satisfies Partial<InstanceRecord>;
}

/** That of the newest revision, or of the one that is fallen back to. */
function templateOf({ deployment, fallback }: World, launch: Launch | null): number {
  const isFallback =
    fallback !== null && launch?.spec.deployment.revision === fallback.deployment.revision;
  return (isFallback ? fallback.deployment : deployment).templateRevision;
}

function newInstance(
  world: World,
  { instanceId, launch, message }: Extract<Step, { kind: 'create' }>,
): InstanceRecord {
  const { deployment, now } = world;
  return {
    id: instanceId,
    deploymentId: deployment.id,
    deploymentRevision: launch?.spec.deployment.revision ?? deployment.revision,
    templateRevision: templateOf(world, launch),
    generation: launch ? 1 : 0,
    state: launch ? 'queued' : 'pending',
    reason: null,
    message,
    hostId: launch?.placement.hostId ?? null,
    hostName: null,
    hostAddress: launch?.placement.address ?? null,
    hostDraining: false,
    hostSeenAt: null,
    hostOfflineAt: null,
    hostRevoked: false,
    restarts: 0,
    exitCode: null,
    oomKilled: null,
    containerId: null,
    imageDigest: null,
    createdAt: now,
    startedAt: null,
    readyAt: null,
    retryAt: null,
    updatedAt: now,
    launchSpec: launch?.spec ?? null,
    serves: false,
  };
}
