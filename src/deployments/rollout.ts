import type { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { render } from '../launch/render.ts';
import type { VersionPlan } from '../launch/versions.ts';
import { explain } from '../placement/explain.ts';
import { type HostView, type Placement, type PlacementRequest, place } from '../placement/place.ts';
import { versionsFor } from './check.ts';
import { type InstanceRecord, isLeaving, type World } from './model.ts';

/** What an instance is given when it is placed. */
export interface Launch {
  placement: Placement;
  spec: LaunchSpec;
}

/** One change that `apply` makes; all of a plan are one write batch. */
export type Step =
  /** What the deployment names counts as used before it is placed, and without a replica too. */
  | { kind: 'use_backend' }
  | { kind: 'create'; instanceId: string; launch: Launch | null; message: string }
  /** A pending instance found a host. */
  | { kind: 'launch'; instanceId: string; generation: number; launch: Launch }
  /** It still has none; its message says why. */
  | { kind: 'explain'; instanceId: string; message: string }
  /** The same instance anew on its host, with another port; what it held else it keeps. */
  | {
      kind: 'relaunch';
      instanceId: string;
      hostId: string;
      generation: number;
      barredPort: number;
      launch: Launch;
    }
  | { kind: 'stop'; instanceId: string; generation: number; hostId: string | null }
  /** Nothing of it is left anywhere. */
  | { kind: 'forget'; instanceId: string }
  | { kind: 'delete_deployment' };

/**
 * What to do next, so that the instances become what the deployment wants. Pure and level-triggered: once its steps
 * are done it plans nothing.
 * @throws Failure when a new deployment cannot be rendered, or no version of its backend fits what it asks for
 */
export function plan(world: World, newInstanceId: () => string): Step[] {
  const { deployment, instances } = world;
  const gone = instances.filter(({ state }) => state === 'stopped');
  const forgets = gone.map((instance): Step => ({ kind: 'forget', instanceId: instance.id }));
  if (deployment.deleting) {
    const stops = instances.filter((instance) => !isLeaving(instance)).map(stopStep);
    // Those without a host are gone with the step itself.
    const onHosts = instances.filter(({ state, hostId }) => state !== 'stopped' && hostId !== null);
    return onHosts.length === 0
      ? [...stops, ...forgets, { kind: 'delete_deployment' }]
      : [...stops, ...forgets];
  }

  const kept = instances.filter((instance) => !isLeaving(instance));
  const surplus = [...kept]
    .sort(leastWantedFirst)
    .slice(0, Math.max(0, kept.length - deployment.spec.replicas));
  const remaining = kept.filter((instance) => !surplus.includes(instance));
  const steps: Step[] = [...forgets, ...surplus.map(stopStep)];
  const pending = remaining.filter(({ state }) => state === 'pending');
  const portless = remaining.filter(
    ({ state, reason }) => state === 'failed' && reason === 'port_in_use',
  );
  const missing = Math.max(0, deployment.spec.replicas - remaining.length);
  if (pending.length + portless.length + missing === 0) return steps;
  try {
    const placer = newPlacer(world);
    return [
      ...steps,
      ...pending.flatMap((instance) => placer.retry(instance)),
      ...portless.flatMap((instance) => placer.elsewhere(instance)),
      ...Array.from({ length: missing }, () => placer.create(newInstanceId())),
    ];
  } catch (error) {
    // Its backend has changed so that it can no more be rendered. The rest goes on, and what waits says so.
    if (!(error instanceof Failure) || instances.length === 0) throw error;
    return [...steps, ...pending.flatMap((instance) => explainStep(instance, error.message))];
  }
}

function explainStep({ id, message: before }: InstanceRecord, message: string): Step[] {
  return message === before ? [] : [{ kind: 'explain', instanceId: id, message }];
}

function stopStep({ id, generation, hostId }: InstanceRecord): Step {
  return { kind: 'stop', instanceId: id, generation, hostId };
}

/** What serves least goes first: pending before queued before running; among equals the youngest. */
function leastWantedFirst(left: InstanceRecord, right: InstanceRecord): number {
  const worth = ({ state }: InstanceRecord) =>
    state === 'running' ? 3 : state === 'pending' ? 0 : state === 'failed' ? 1 : 2;
  return worth(left) - worth(right) || (left.id < right.id ? 1 : -1);
}

/** What a deployment asks of a host. */
export function placementRequest(
  spec: DeploymentInput,
  { candidates, gpuCount }: Pick<VersionPlan, 'candidates' | 'gpuCount'>,
): PlacementRequest {
  return {
    candidates,
    gpuCount,
    gpuMemoryBytes: spec.gpu?.memory_bytes ?? null,
    memoryBytes: spec.memory_bytes ?? null,
    modelSource: spec.model.source,
    placement: spec.placement,
  };
}

/** Places one instance after another, each on what the ones before have left. */
function newPlacer(world: World) {
  const { deployment, backend } = world;
  const { spec } = deployment;
  const request = placementRequest(spec, versionsFor(world));
  let hosts = [...world.hosts];

  function launchFor(instanceId: string, generation: number, placement: Placement): Launch {
    const { launchSpec } = render({
      deployment: { id: deployment.id, revision: deployment.revision, spec },
      backend: backend && { definition: backend.definition, revision: backend.revision },
      version: placement.version,
      instance: { id: instanceId, generation },
      host: { worker_ip: placement.address },
      port: placement.port,
      gpu: placement.gpu,
      secretNames: world.secretNames,
    });
    hosts = hosts.map((host) =>
      host.id === placement.hostId ? afterPlacement(host, placement, request) : host,
    );
    return { placement, spec: launchSpec };
  }

  return {
    create(instanceId: string): Step {
      const result = place(request, hosts);
      return result.placement
        ? {
            kind: 'create',
            instanceId,
            launch: launchFor(instanceId, 1, result.placement),
            message: 'Waits for its host to take it.',
          }
        : { kind: 'create', instanceId, launch: null, message: explain(result.reasons) };
    },

    retry(instance: InstanceRecord): Step[] {
      const result = place(request, hosts);
      if (result.placement) {
        const generation = instance.generation + 1;
        const launch = launchFor(instance.id, generation, result.placement);
        return [{ kind: 'launch', instanceId: instance.id, generation, launch }];
      }
      return explainStep(instance, explain(result.reasons));
    },

    /** The same host and GPUs, another port. */
    elsewhere(instance: InstanceRecord): Step[] {
      const { hostId, launchSpec } = instance;
      const host = hosts.find(({ id }) => id === hostId);
      if (!host || !launchSpec) return [];
      const result = place(
        { ...request, candidates: [sameVersion(launchSpec)], gpuCount: 0, memoryBytes: null },
        [{ ...host, takenPorts: new Set([...host.takenPorts, launchSpec.port]) }],
      );
      if (!result.placement) return [];
      const placement = { ...result.placement, gpu: launchSpec.gpu };
      const generation = instance.generation + 1;
      return [
        {
          kind: 'relaunch',
          instanceId: instance.id,
          hostId: host.id,
          generation,
          barredPort: launchSpec.port,
          launch: launchFor(instance.id, generation, placement),
        },
      ];
    },
  };
}

function sameVersion(spec: LaunchSpec): PlacementRequest['candidates'][number] {
  return { version: spec.backend?.version ?? null, framework: null, image: spec.image };
}

function afterPlacement(host: HostView, placement: Placement, request: PlacementRequest): HostView {
  const takenGpus = new Map(host.takenGpus);
  for (const uuid of placement.gpu?.uuids ?? []) {
    const taken = takenGpus.get(uuid) ?? 0;
    takenGpus.set(
      uuid,
      request.gpuMemoryBytes === null || taken === 'whole'
        ? 'whole'
        : taken + request.gpuMemoryBytes,
    );
  }
  return {
    ...host,
    takenGpus,
    takenPorts: new Set([...host.takenPorts, placement.port]),
    takenMemoryBytes: host.takenMemoryBytes + (request.memoryBytes ?? 0),
    instances: host.instances + 1,
  };
}
