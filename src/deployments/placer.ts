import type { DeploymentInput } from '../../contract/deployment.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { render } from '../launch/render.ts';
import type { VersionPlan } from '../launch/versions.ts';
import { explain } from '../placement/explain.ts';
import type { HostView, Placement, PlacementRequest } from '../placement/model.ts';
import { place } from '../placement/place.ts';
import { versionsFor } from './check.ts';
import { hasLostGpu } from './lost-gpu.ts';
import { type InstanceRecord, isLeaving, isServing, type World } from './model.ts';
import { withoutClaimsOf } from './own-claims.ts';
import { keptFor, reservationSteps, withReservation } from './reservation.ts';
import { explainStep, type Launch, type Step } from './steps.ts';

/** What an instance of a deployment asks of a host; a new one, unless it is said which. */
export function placementRequest(
  spec: DeploymentInput,
  { candidates, gpuCount }: Pick<VersionPlan, 'candidates' | 'gpuCount'>,
  siblings: PlacementRequest['siblings'] = new Map(),
): PlacementRequest {
  return {
    candidates,
    gpuCount,
    gpuMemoryBytes: spec.gpu?.memory_bytes ?? null,
    memoryBytes: spec.memory_bytes ?? null,
    modelSource: spec.model.source,
    model: modelKey(spec.model),
    siblings,
    instanceId: null,
    placement: spec.placement,
  };
}

/**
 * Places one instance after another, each on what the ones before have left. `world` is what they shall be: the
 * newest revision, or the one that is fallen back to.
 * @throws Failure when no version of its backend fits what it asks for
 */
export function newPlacer(world: World) {
  const { deployment, backend } = world;
  const { spec } = deployment;
  const siblings = new Map<string, number>();
  const request = placementRequest(spec, versionsFor(world), siblings);
  let hosts = [...world.hosts];
  for (const instance of world.instances) if (!isLeaving(instance)) countOn(instance.hostId);

  function countOn(hostId: string | null): void {
    if (hostId !== null) siblings.set(hostId, (siblings.get(hostId) ?? 0) + 1);
  }

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

  /** What it holds there stays its own while the host is suspect: that is no new work. */
  function ownHost({ hostId }: InstanceRecord): HostView | undefined {
    const host = hosts.find(({ id }) => id === hostId);
    return host && { ...host, suspect: false };
  }

  function relaunch(
    instance: InstanceRecord,
    found: Placement,
    barredPort: number | null,
    message: string,
  ): Step {
    const placement = { ...found, gpu: instance.launchSpec?.gpu ?? null };
    const generation = instance.generation + 1;
    const launch = launchFor(instance.id, generation, placement);
    const { hostId } = placement;
    return {
      kind: 'relaunch',
      instanceId: instance.id,
      hostId,
      generation,
      barredPort,
      serves: barredPort === null && isServing(instance),
      message,
      launch,
    };
  }

  return {
    /** Whether there is room for one more now. */
    hasRoom(): boolean {
      return place(request, hosts).placement !== null;
    },

    /** Whether there would be room for one more without what these hold. */
    hasRoomWithout(instances: readonly InstanceRecord[]): boolean {
      return place(request, instances.reduce(withoutClaimsOf, hosts)).placement !== null;
    },

    create(instanceId: string): Step {
      const result = place(request, hosts);
      if (!result.placement) {
        return { kind: 'create', instanceId, launch: null, message: explain(result.reasons) };
      }
      const launch = launchFor(instanceId, 1, result.placement);
      countOn(result.placement.hostId);
      return { kind: 'create', instanceId, launch, message: 'Waiting for its host to take it.' };
    },

    /** A pending one: a host, or the reason why it waits on; after too long a host is kept for it. */
    retry(instance: InstanceRecord): Step[] {
      const own = { ...request, instanceId: instance.id };
      const result = place(own, hosts);
      const kept = result.placement ? null : keptFor(instance, own, hosts, world.now);
      const reservations = reservationSteps(instance, kept, hosts);
      hosts = withReservation(hosts, instance, kept, world);
      if (result.placement) {
        const generation = instance.generation + 1;
        const launch = launchFor(instance.id, generation, result.placement);
        countOn(result.placement.hostId);
        return [...reservations, { kind: 'launch', instanceId: instance.id, generation, launch }];
      }
      const keeps = kept
        ? `; host ${kept.host.name} is being reserved for it: ${kept.free} of ${request.gpuCount} GPUs free`
        : '';
      return [...explainStep(instance, `${explain(result.reasons)}${keeps}`), ...reservations];
    },

    /** The same host and GPUs, another port. */
    elsewhere(instance: InstanceRecord): Step[] {
      const { launchSpec } = instance;
      const own = ownHost(instance);
      if (!own || !launchSpec || hasLostGpu(instance, own)) return [];
      const host = {
        ...withoutOne(own),
        takenPorts: new Set([...own.takenPorts, launchSpec.port]),
      };
      // No new work, and no new choice of a host: neither a cordon nor a changed placement stands against it.
      const asked = { ...request, gpuCount: 0, memoryBytes: null, placement: anywhere };
      const result = place({ ...asked, candidates: [sameVersion(launchSpec)] }, [host]);
      if (!result.placement) return [];
      const { port } = result.placement;
      return [
        relaunch(
          instance,
          result.placement,
          launchSpec.port,
          `Port ${launchSpec.port} is in use by something else on the host; it gets ${port} instead.`,
        ),
      ];
    },

    /**
     * The same instance anew on its host, on the claims that it has; null where it needs others or its host cannot
     * run it.
     */
    inPlace(instance: InstanceRecord, message: string): Step | null {
      const { launchSpec } = instance;
      const own = ownHost(instance);
      if (!own?.online || !launchSpec || hasLostGpu(instance, own)) return null;
      const indexes = launchSpec.gpu?.indexes ?? [];
      const share = request.gpuCount > 0 ? request.gpuMemoryBytes : null;
      const sameNeeds =
        indexes.length === request.gpuCount &&
        (own.shares.get(instance.id) ?? null) === share &&
        launchSpec.memory_bytes === request.memoryBytes;
      if (!sameNeeds) return null;
      const framework = launchSpec.gpu?.framework;
      const host: HostView = {
        ...withoutOne(own),
        // What it has already is not kept for anybody.
        reservation: null,
        gpus: framework ? own.gpus.filter((gpu) => gpu.framework === framework) : own.gpus,
        takenGpus: new Map(),
        takenMemoryBytes: 0,
        ports: { first: launchSpec.port, last: launchSpec.port },
        takenPorts: new Set(),
      };
      const result = place(request, [host]);
      return result.placement ? relaunch(instance, result.placement, null, message) : null;
    },
  };
}

const anywhere: DeploymentInput['placement'] = { strategy: 'spread' };

/** As it is for what runs there already: it counts itself, and goes on whether or not others may come. */
function withoutOne(host: HostView): HostView {
  return { ...host, schedulable: true, instances: Math.max(0, host.instances - 1) };
}

/** A model as hosts name what they have; null where there is nothing to fetch. */
function modelKey(model: DeploymentInput['model']): string | null {
  if (model.source === 'huggingface') return `${model.repo_id}@${model.revision ?? 'main'}`;
  return model.source === 'local_path' ? (model.path ?? null) : null;
}

function sameVersion(spec: LaunchSpec): PlacementRequest['candidates'][number] {
  const version = spec.backend?.version ?? null;
  return { version, framework: null, image: spec.image, architectures: null };
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
