import { deleteOtherUses } from '../backends/store.ts';
import { guard, type Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import {
  deleteReservation,
  isOldestToWait,
  upsertReservation,
} from '../hosts/store/reservations.ts';
import { useBackend } from './backend-uses.ts';
import { eventLine } from './event-line.ts';
import { launchStatements, relaunchStatements } from './launch-statements.ts';
import type { World } from './model.ts';
import { forgetSecrets } from './secret-uses.ts';
import type { Step } from './steps.ts';
import { deleteDeployment, updateDeployment } from './store/deployments.ts';
import { deleteEventsOf } from './store/events.ts';
import {
  deleteInstance,
  insertInstance,
  updateInstance,
  withdrawLaunches,
} from './store/instances.ts';

/** What one step of a plan writes. The revisions of the hosts that it concerns are counted up before. */
export function statementsOf(database: Database, world: World, step: Step): Statement[] {
  const { deployment, now } = world;
  const { id: deploymentId, orgId } = deployment;
  switch (step.kind) {
    case 'use_backend':
      return useBackend(database, world, deployment.spec.backend_version ?? null);
    case 'create': {
      const { instanceId, launch, message, replaces } = step;
      const place = replaces === undefined ? '' : ` It replaces ${replaces}.`;
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
          : [
              eventLine(database, world, 'pending', `${message}${place}`, {
                instanceId,
                generation: 0,
              }),
            ]),
      ];
    }
    case 'launch': {
      const { instanceId, generation, launch } = step;
      return [
        {
          query: updateInstance(database, instanceId, {
            state: 'queued',
            reason: null,
            message: 'Waiting for its host to take it.',
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
        eventLine(database, world, givenUp ? 'replaced' : 'stopping', message, {
          instanceId,
          hostId,
          generation,
        }),
      ];
    }
    case 'forget':
      return [{ query: deleteInstance(database, step.instanceId) }];
    case 'reserve': {
      const { instanceId, hostId, message } = step;
      return [
        guard(database, isOldestToWait(orgId, instanceId)),
        { query: upsertReservation(database, { orgId, hostId, instanceId }) },
        eventLine(database, world, 'reserved', message, { instanceId, hostId, generation: 0 }),
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
        ...(message === null ? [] : [eventLine(database, world, 'rollout_complete', message)]),
      ];
    }
    case 'give_up_rollout':
      return [
        {
          query: updateDeployment(database, deploymentId, { rolloutFailure: step.message }),
        },
        eventLine(database, world, 'rollout_given_up', step.message),
      ];
    case 'delete_deployment':
      return [
        { query: deleteEventsOf(database, deploymentId) },
        { query: deleteDeployment(database, deploymentId) },
      ];
  }
}
