import type { DeploymentInput } from '../../contract/deployment.ts';
import type { Gpu } from '../../contract/host.ts';
import type { HostReason } from '../../contract/instance.ts';

/** A host as placement sees it: what it has, and what of that is taken. */
export interface HostView {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  online: boolean;
  schedulable: boolean;
  /** The engine answers. */
  containers: boolean;
  modelSources: readonly string[];
  address: string;
  ports: { first: number; last: number };
  /** Claimed, or barred because something foreign holds them. */
  takenPorts: ReadonlySet<number>;
  gpus: readonly Gpu[];
  /** By UUID: the bytes that are promised to shares; `whole` where one instance has all of it. */
  takenGpus: ReadonlyMap<string, number | 'whole'>;
  memoryBytes: number;
  takenMemoryBytes: number;
  /** Instances that hold a claim. */
  instances: number;
}

export interface PlacementRequest {
  /** In the order of preference; `framework` null runs anywhere. */
  candidates: readonly { version: string | null; framework: string | null; image: string }[];
  gpuCount: number;
  /** Of each GPU; null: whole GPUs. */
  gpuMemoryBytes: number | null;
  memoryBytes: number | null;
  modelSource: string;
  placement: DeploymentInput['placement'];
}

export interface Placement {
  hostId: string;
  address: string;
  version: string | null;
  image: string;
  gpu: { framework: string; uuids: string[]; indexes: number[] } | null;
  port: number;
}

export type PlacementResult =
  | { placement: Placement }
  /** Why not, for every host. */
  | { placement: null; reasons: HostReason[] };

/**
 * Chooses a host, a version for it, its GPUs and a port. Pure: whether the choice still holds is decided by the
 * claims when they are written.
 */
export function place(request: PlacementRequest, hosts: readonly HostView[]): PlacementResult {
  const fitting: { placement: Placement; host: HostView }[] = [];
  const reasons: HostReason[] = [];
  for (const host of hosts) {
    const fit = fitOn(request, host);
    if ('placement' in fit) fitting.push({ placement: fit.placement, host });
    else reasons.push({ host_id: host.id, host_name: host.name, ...fit });
  }
  const direction = request.placement.strategy === 'binpack' ? -1 : 1;
  fitting.sort(
    (left, right) =>
      direction * (left.host.instances - right.host.instances) ||
      (left.host.id < right.host.id ? -1 : 1),
  );
  const [best] = fitting;
  return best ? { placement: best.placement } : { placement: null, reasons };
}

type Reason = { code: string; detail: string };

/** What an agent reports of its instances in one message, and the API shows of a host, is bounded by it. */
const mostInstances = 500;

function fitOn(request: PlacementRequest, host: HostView): { placement: Placement } | Reason {
  const unfit = unfitness(request, host);
  if (unfit) return unfit;
  let reason: Reason = { code: 'no_version', detail: 'can run no version of the backend' };
  for (const candidate of request.candidates) {
    const gpu = grantGpus(request, candidate.framework, host);
    if ('code' in gpu) {
      reason = gpu;
      continue;
    }
    const port = freePort(host);
    if (port === undefined) {
      return {
        code: 'no_free_port',
        detail: `has no free port between ${host.ports.first} and ${host.ports.last}`,
      };
    }
    const { version, image } = candidate;
    return {
      placement: { hostId: host.id, address: host.address, version, image, gpu: gpu.grant, port },
    };
  }
  return reason;
}

function unfitness(request: PlacementRequest, host: HostView): Reason | undefined {
  const { hosts, host_labels: wantedLabels = {} } = request.placement;
  if (hosts && !hosts.includes(host.id) && !hosts.includes(host.name)) {
    return { code: 'not_named', detail: 'is not among the named hosts' };
  }
  for (const [key, value] of Object.entries(wantedLabels)) {
    if (host.labels[key] !== value) {
      return { code: 'label_missing', detail: `has not the label ${key}=${value}` };
    }
  }
  if (!host.schedulable) return { code: 'cordoned', detail: 'is cordoned' };
  if (!host.online) return { code: 'offline', detail: 'is offline' };
  if (!host.containers) return { code: 'no_engine', detail: 'has no Docker engine that answers' };
  if (!host.modelSources.includes(request.modelSource)) {
    return {
      code: 'model_source_unsupported',
      detail: `has an agent that cannot take models from the source ${request.modelSource}`,
    };
  }
  if (host.instances >= mostInstances) {
    return { code: 'full', detail: `has ${mostInstances} instances, the most that a host gets` };
  }
  const free = host.memoryBytes - host.takenMemoryBytes;
  if (request.memoryBytes !== null && request.memoryBytes > free) {
    return {
      code: 'no_memory',
      detail: `has ${Math.max(0, free)} of ${request.memoryBytes} bytes of memory free`,
    };
  }
  return undefined;
}

function grantGpus(
  request: PlacementRequest,
  framework: string | null,
  host: HostView,
): { grant: Placement['gpu'] } | Reason {
  const { gpuCount: count } = request;
  if (count === 0) return { grant: null };
  const usable = host.gpus.filter((gpu) => framework === null || gpu.framework === framework);
  const [first] = usable;
  if (!first) return { code: 'no_gpu', detail: `has no ${framework ?? ''} GPU`.replace('  ', ' ') };
  // One grant has GPUs of one framework, also where the deployment does not care which.
  const free = usable.filter(
    (gpu) => gpu.framework === first.framework && isFree(gpu, request, host),
  );
  if (free.length < count) {
    return { code: 'gpus_taken', detail: `has ${free.length} of ${count} GPUs free` };
  }
  const granted = free.slice(0, count);
  return {
    grant: {
      framework: first.framework,
      uuids: granted.map((gpu) => gpu.uuid),
      indexes: granted.map((gpu) => gpu.index),
    },
  };
}

function isFree(gpu: Gpu, request: PlacementRequest, host: HostView): boolean {
  const taken = host.takenGpus.get(gpu.uuid) ?? 0;
  if (taken === 'whole') return false;
  if (request.gpuMemoryBytes === null) return taken === 0;
  return taken + request.gpuMemoryBytes <= gpu.memory_bytes;
}

function freePort(host: HostView): number | undefined {
  for (let port = host.ports.first; port <= host.ports.last; port += 1) {
    if (!host.takenPorts.has(port)) return port;
  }
  return undefined;
}
