import { deleteOpenUse } from '../backends/store.ts';
import { guard, type Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { barPort, inheritClaims } from '../hosts/store/claims.ts';
import { takesWork } from '../hosts/store/hosts.ts';
import { isOpenTo } from '../hosts/store/reservations.ts';
import { useBackend } from './backend-uses.ts';
import { gpuAndMemoryClaims, portClaim } from './claim.ts';
import { eventLine } from './event-line.ts';
import type { World } from './model.ts';
import { secretsNeededBy, useSecrets } from './secret-uses.ts';
import type { Launch, Step } from './steps.ts';
import { insertLaunch, isPortless, updateInstance, withdrawLaunches } from './store/instances.ts';

const portBarMs = 10 * 60_000;

/** The same instance anew on its host. What it holds it hands on; its old container stops when the host is ready. */
export function relaunchStatements(
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
    eventLine(database, world, 'relaunched', message, { instanceId, hostId, generation }),
  ];
}

/** The launch with all that it holds, provided that its host still takes work. */
export function launchStatements(
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
    eventLine(database, world, 'placed', message, { instanceId, hostId, generation }),
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
  return isNewest ? useBackend(database, world, placement.version) : [];
}

function grantText({ placement }: Launch): string {
  if (!placement.gpu) return '';
  const { framework, indexes } = placement.gpu;
  return `, ${framework} ${indexes.length === 1 ? 'GPU' : 'GPUs'} ${indexes.join(', ')}`;
}
