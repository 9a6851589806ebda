import type { EventType } from '../../contract/event.ts';
import { deleteOpenUse, deleteOtherUses, insertUse } from '../backends/store.ts';
import { guard, type Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { barPort, inheritClaims } from '../hosts/store/claims.ts';
import { takesWork } from '../hosts/store/hosts.ts';
import {
  deleteReservation,
  isOldestToWait,
  isOpenTo,
  upsertReservation,
} from '../hosts/store/reservations.ts';
import { gpuAndMemoryClaims, portClaim } from './claim.ts';
import type { World } from './model.ts';
import { forgetSecrets, secretsNeededBy, useSecrets } from './secret-uses.ts';
import type { Launch, Step } from './steps.ts';
import { deleteDeployment, updateDeployment } from './store/deployments.ts';
import { deleteEventsOf, insertEvent } from './store/events.ts';
import {
  deleteInstance,
  insertInstance,
  insertLaunch,
  isPortless,
  updateInstance,
  withdrawLaunches,
} from './store/instances.ts';

const portBarMs = 10 * 60_000;

/** What one step of a plan writes. The revisions of the hosts that it concerns are counted up before. */
export function statementsOf(database: Database, world: World, step: Step): Statement[] {
  const { deployment, now } = world;
  const { id: deploymentId, orgId } = deployment;
  switch (step.kind) {
    case 'use_backend':
      return use(database, world, deployment.spec.backend_version ?? null);
    case 'create': {
      const { instanceId, launch, message, replaces } = step;
      const place = replaces === undefined ? '' : ` It takes the place of ${replaces}.`;
      return [
        {
          query: insertInstance(database, {
            id: instanceId,
            orgId,
            deploymentId,
            deploymentRevision: launch?.spec.deployment.revision ?? deployment.revision,
            generation: launch ? 1 : 0,
            state: launch ? 'queued' : 'pending',
            message,
            hostId: launch?.placement.hostId ?? null,
            createdAt: now,
          }),
        },
        ...(launch
          ? launchStatements(database, world, instanceId, 1, launch, place)
          : [event(database, world, 'pending', `${message}${place}`, instanceId, null, 0)]),
      ];
    }
    case 'launch': {
      const { instanceId, generation, launch } = step;
      return [
        {
          query: updateInstance(database, instanceId, {
            state: 'queued',
            reason: null,
            message: 'Waits for its host to take it.',
            generation,
            deploymentRevision: launch.spec.deployment.revision,
            hostId: launch.placement.hostId,
            updatedAt: now,
          }),
        },
        ...launchStatements(database, world, instanceId, generation, launch),
      ];
    }
    case 'explain':
      return [
        {
          query: updateInstance(database, step.instanceId, {
            message: step.message,
            updatedAt: now,
          }),
        },
      ];
    case 'relaunch':
      return relaunchStatements(database, world, step);
    case 'stop': {
      const { instanceId, generation, hostId, message, givenUp } = step;
      if (hostId === null) return [{ query: deleteInstance(database, instanceId) }];
      return [
        { query: withdrawLaunches(database, instanceId, hostId) },
        {
          query: updateInstance(database, instanceId, {
            state: givenUp ? 'deleting' : 'stopping',
            reason: givenUp ? 'replaced' : null,
            message,
            updatedAt: now,
          }),
        },
        event(
          database,
          world,
          givenUp ? 'replaced' : 'stopping',
          message,
          instanceId,
          hostId,
          generation,
        ),
      ];
    }
    case 'forget':
      return [{ query: deleteInstance(database, step.instanceId) }];
    case 'reserve': {
      const { instanceId, hostId, message } = step;
      return [
        guard(database, isOldestToWait(orgId, instanceId)),
        { query: upsertReservation(database, { orgId, hostId, instanceId }) },
        event(database, world, 'reserved', message, instanceId, hostId, 0),
      ];
    }
    case 'end_reservation':
      return [{ query: deleteReservation(database, step.instanceId) }];
    case 'begin_rollout': {
      const set = { rolling: true, progressAt: now };
      return [{ query: updateDeployment(database, deploymentId, set) }];
    }
    case 'complete_rollout': {
      const { goodRevision, versions, message } = step;
      const named = deployment.spec.backend_version ?? [];
      return [
        { query: updateDeployment(database, deploymentId, { rolling: false, goodRevision }) },
        ...(versions === null
          ? []
          : [
              { query: deleteOtherUses(database, deploymentId, versions.concat(named)) },
              ...forgetSecrets(database, world),
            ]),
        ...(message === null
          ? []
          : [deploymentEvent(database, world, 'rollout_complete', message)]),
      ];
    }
    case 'give_up_rollout':
      return [
        {
          query: updateDeployment(database, deploymentId, { rolloutFailure: step.message }),
        },
        deploymentEvent(database, world, 'rollout_given_up', step.message),
      ];
    case 'delete_deployment':
      return [
        { query: deleteEventsOf(database, deploymentId) },
        { query: deleteDeployment(database, deploymentId) },
      ];
  }
}

/** The same instance anew on its host. What it holds it hands on; its old container stops when the host is ready. */
function relaunchStatements(
  database: Database,
  world: World,
  step: Extract<Step, { kind: 'relaunch' }>,
): Statement[] {
  const { instanceId, generation, launch, hostId, barredPort, serves, message } = step;
  const { now } = world;
  return [
    // Its host may have found the port free meanwhile.
    ...(barredPort === null
      ? []
      : [
          guard(database, isPortless(instanceId, generation - 1)),
          { query: barPort(database, hostId, barredPort, now + portBarMs) },
        ]),
    { query: withdrawLaunches(database, instanceId, hostId) },
    { query: inheritClaims(database, { hostId, instanceId }, generation, barredPort === null) },
    ...(barredPort === null ? [] : portClaim(database, instanceId, generation, launch)),
    {
      query: updateInstance(database, instanceId, {
        state: 'queued',
        reason: null,
        message,
        generation,
        deploymentRevision: launch.spec.deployment.revision,
        restarts: 0,
        containerId: null,
        startedAt: null,
        ...(serves ? {} : { readyAt: null }),
        updatedAt: now,
      }),
    },
    ...queueStatements(database, world, instanceId, generation, launch),
    ...useOf(database, world, launch),
    event(database, world, 'relaunched', message, instanceId, hostId, generation),
  ];
}

/** The launch with all that it holds, provided that its host still takes work. */
function launchStatements(
  database: Database,
  world: World,
  instanceId: string,
  generation: number,
  launch: Launch,
  place = '',
): Statement[] {
  const { hostId } = launch.placement;
  const host = world.hosts.find(({ id }) => id === hostId);
  const { port, version, why } = launch.placement;
  const versionText = version === null ? '' : `, version ${version}`;
  const message = `Placed on ${host?.name ?? hostId}${grantText(launch)}, port ${port}${versionText}: ${why}.${place}`;
  return [
    guard(database, takesWork(hostId)),
    ...(launch.placement.gpu
      ? [guard(database, isOpenTo(world.deployment.orgId, hostId, instanceId))]
      : []),
    ...gpuAndMemoryClaims(database, world, instanceId, generation, launch),
    ...portClaim(database, instanceId, generation, launch),
    ...queueStatements(database, world, instanceId, generation, launch),
    // The version is known now: what was noted without one gives way.
    { query: deleteOpenUse(database, world.deployment.id) },
    ...useOf(database, world, launch),
    event(database, world, 'placed', message, instanceId, hostId, generation),
  ];
}

function queueStatements(
  database: Database,
  world: World,
  instanceId: string,
  generation: number,
  launch: Launch,
): Statement[] {
  return [
    {
      query: insertLaunch(database, {
        instanceId,
        generation,
        orgId: world.deployment.orgId,
        deploymentId: world.deployment.id,
        hostId: launch.placement.hostId,
        spec: launch.spec,
        createdAt: world.now,
      }),
    },
    ...useSecrets(database, world.deployment, secretsNeededBy(launch.spec)),
  ];
}

/** What an older revision names is noted since it was the newest. */
function useOf(database: Database, world: World, { spec, placement }: Launch): Statement[] {
  const isNewest = spec.deployment.revision === world.deployment.revision;
  return isNewest ? use(database, world, placement.version) : [];
}

function use(database: Database, world: World, version: string | null): Statement[] {
  const { backend, deployment } = world;
  if (!backend || backend.id === null) return [];
  const isShipped = version !== null && backend.builtInVersions.includes(version);
  const row = { deploymentId: deployment.id, backendId: backend.id, version, isShipped };
  return [{ query: insertUse(database, row) }];
}

function deploymentEvent(
  database: Database,
  { deployment, now }: World,
  type: EventType,
  message: string,
): Statement {
  const { id: subject, orgId } = deployment;
  return { query: insertEvent(database, { subject, orgId, type, message, createdAt: now }) };
}

function event(
  database: Database,
  world: World,
  type: EventType,
  message: string,
  instanceId: string,
  hostId: string | null,
  generation: number,
): Statement {
  const { deployment, now } = world;
  return {
    query: insertEvent(database, {
      subject: deployment.id,
      orgId: deployment.orgId,
      type,
      message,
      instanceId,
      hostId,
      generation,
      createdAt: now,
    }),
  };
}

function grantText({ placement }: Launch): string {
  if (!placement.gpu) return '';
  const { framework, indexes } = placement.gpu;
  return `, ${framework} ${indexes.length === 1 ? 'GPU' : 'GPUs'} ${indexes.join(', ')}`;
}
