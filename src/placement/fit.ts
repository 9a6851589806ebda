import type { Gpu } from '../../contract/host.ts';
import type { Fit, HostView, Placement, PlacementRequest } from './model.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

type Reason = { code: string; detail: string };

/** What an agent reports of its instances in one message, and the API shows of a host, is bounded by it. */
const mostInstances = 500;

/** What `host` would give `request`, or why it cannot. */
export function fitOn(request: PlacementRequest, host: HostView): Pick<Fit, 'placement'> | Reason {
  const unfit = unfitness(request, host);
  if (unfit) return unfit;
  let reason: Reason = { code: 'no_version', detail: 'cannot run any version of the backend' };
  for (const candidate of request.candidates) {
    if (!runsOn(candidate, host)) {
      reason = nearest(reason, wrongArchitecture(candidate, host));
      continue;
    }
    const gpu = grantGpus(request, candidate.framework, host);
    if ('code' in gpu) {
      reason = nearest(reason, gpu);
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

/** From what is far from fitting to what nearly fits. */
const nearness = ['no_version', 'wrong_architecture', 'no_gpu', 'reserved', 'gpus_taken'];

/**
 * Of several versions each has a reason of its own: what keeps away the one that comes nearest is what people can do
 * something about, not that a host of NVIDIA's lacks a GPU of another vendor.
 */
function nearest(one: Reason, other: Reason): Reason {
  return nearness.indexOf(other.code) > nearness.indexOf(one.code) ? other : one;
}

function unfitness(request: PlacementRequest, host: HostView): Reason | undefined {
  const { hosts, host_labels: wantedLabels = {} } = request.placement;
  if (hosts && !hosts.includes(host.id) && !hosts.includes(host.name)) {
    return { code: 'not_named', detail: 'is not one of the named hosts' };
  }
  for (const [key, value] of Object.entries(wantedLabels)) {
    if (host.labels[key] !== value) {
      return { code: 'label_missing', detail: `lacks the label ${key}=${value}` };
    }
  }
  if (!host.schedulable) return { code: 'cordoned', detail: 'is cordoned' };
  if (host.revoked) return { code: 'revoked', detail: 'is revoked' };
  if (!host.online) return { code: 'offline', detail: 'is offline' };
  if (host.suspect) return { code: 'suspect', detail: 'lost its link a moment ago' };
  if (!host.containers) return { code: 'no_engine', detail: 'has no Docker engine that answers' };
  if (!host.modelSources.includes(request.modelSource)) {
    return {
      code: 'model_source_unsupported',
      detail: `cannot take models from ${request.modelSource} right now`,
    };
  }
  if (host.instances >= mostInstances) {
    return { code: 'full', detail: `has ${mostInstances} instances, the most a host can have` };
  }
  const free = host.memoryBytes - host.takenMemoryBytes;
  if (request.memoryBytes !== null && request.memoryBytes > free) {
    return {
      code: 'no_memory',
      detail: `has ${partInWords(Math.max(0, free), request.memoryBytes)} of memory free`,
    };
  }
  return undefined;
}

/** Such as `31.5 of 64 GiB`: in the unit of the whole, and never rounded up to what is not there. */
function partInWords(part: number, whole: number): string {
  const [unit, size] = whole >= gibibyte ? ['GiB', gibibyte] : ['MiB', mebibyte];
  const inTenths = (bytes: number) => Math.floor((bytes / size) * 10) / 10;
  return `${inTenths(part)} of ${Math.ceil((whole / size) * 10) / 10} ${unit}`;
}

type Candidate = PlacementRequest['candidates'][number];

function runsOn({ architectures }: Candidate, { architecture }: HostView): boolean {
  return architectures === null || architectures.includes(architecture);
}

function wrongArchitecture({ version, image, architectures }: Candidate, host: HostView): Reason {
  const needed = architectures?.join(' or ');
  return {
    code: 'wrong_architecture',
    detail: `is ${host.architecture}, but ${version === null ? image : `version ${version}`} needs ${needed}`,
  };
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
  const { reservation } = host;
  if (reservation && reservation.instanceId !== request.instanceId) {
    const since = new Date(reservation.since).toISOString();
    return {
      code: 'reserved',
      detail: `is reserved for an instance of ${reservation.deployment} that has waited since ${since}`,
    };
  }
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

/** Whether it has room for what is asked of each GPU. */
export function isFree(gpu: Gpu, request: PlacementRequest, host: HostView): boolean {
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
