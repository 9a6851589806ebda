import type { DeploymentInput } from '../../contract/deployment.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { render } from '../launch/render.ts';
import type { VersionPlan } from '../launch/versions.ts';
import { explain } from '../placement/explain.ts';
import { type HostView, type Placement, type PlacementRequest, place } from '../placement/place.ts';
import { versionsFor } from './check.ts';
import type { InstanceRecord, World } from './model.ts';
import { explainStep, type Launch, type Step } from './steps.ts';

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

/**
 * Places one instance after another, each on what the ones before have left. `world` is what they shall be: the
 * newest revision, or the one that is fallen back to.
 * @throws Failure when no version of its backend fits what it asks for
 */
export function newPlacer(world: World) {
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
      message,
      launch,
    };
  }

  return {
    /** Whether there is room for one more now. */
    hasRoom(): boolean {
      return place(request, hosts).placement !== null;
    },

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
      const { launchSpec } = instance;
      const own = ownHost(instance);
      if (!own || !launchSpec) return [];
      const host = { ...own, takenPorts: new Set([...own.takenPorts, launchSpec.port]) };
      const candidates = [sameVersion(launchSpec)];
      const result = place({ ...request, candidates, gpuCount: 0, memoryBytes: null }, [host]);
      if (!result.placement) return [];
      const { port } = result.placement;
      return [
        relaunch(
          instance,
          result.placement,
          launchSpec.port,
          `Port ${launchSpec.port} is held by something else on the host; it gets ${port}.`,
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
      if (!own?.online || !launchSpec) return null;
      const indexes = launchSpec.gpu?.indexes ?? [];
      const share = request.gpuCount > 0 ? request.gpuMemoryBytes : null;
      const sameNeeds =
        indexes.length === request.gpuCount &&
        (own.shares.get(instance.id) ?? null) === share &&
        launchSpec.memory_bytes === request.memoryBytes;
      if (!sameNeeds) return null;
      const framework = launchSpec.gpu?.framework;
      const host: HostView = {
        ...own,
        schedulable: true,
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
