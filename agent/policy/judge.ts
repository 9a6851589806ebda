import { registryOf } from '../../contract/registry.ts';
import type { CreateBody } from '../docker/container-body.ts';
import type { FoundGpu } from '../inventory/found-gpu.ts';
import { isFromRegistry, isImage, mayBeImageId } from './image-pattern.ts';
import { isBelow } from './kept.ts';
import { isPlainPath, type Policy } from './policy.ts';

/** What is asked of this host, and what stands beside it. */
export interface Ask {
  /** As it will go to the engine. */
  body: CreateBody;
  /** Where the instance is told to listen; with a network of its own the body has it too. */
  port: number;
  /** Where the sources of the body's mounts lead, links followed; and so the folders that may be mounted. */
  real_sources: readonly string[];
  real_folders: readonly string[];
  /** The folder in which the agent itself keeps models. */
  model_folder: string;
  /** The GPUs that this policy offers. */
  offered: readonly FoundGpu[];
  /** The host's other containers, and those that are about to be. */
  others: readonly { memory_bytes: number | null }[];
}

export interface Refusal {
  /** The key in the policy. */
  rule: string;
  message: string;
}

/** The first rule that a launch breaks, or null. Rules of the host's owner: what is not sure is refused. */
export function judge(policy: Policy, ask: Ask): Refusal | null {
  return (
    judgeImage(policy, ask.body.Image) ??
    judgeMounts(policy, ask) ??
    judgeGpus(policy, ask) ??
    judgeNetwork(policy, ask) ??
    judgeLimits(policy, ask)
  );
}

export function judgeImage({ images, registries }: Policy, image: string): Refusal | null {
  if (!images && !registries) return null;
  if (mayBeImageId(image)) {
    return refusal(
      images ? 'images' : 'registries',
      `"${image}" may be an image's id; write its name with a tag`,
    );
  }
  if (images && !images.some((pattern) => isImage(pattern, image))) {
    return refusal('images', `the image ${image} is none of those that it allows`);
  }
  if (registries && !registries.some((pattern) => isFromRegistry(pattern, image))) {
    return refusal(
      'registries',
      `the registry ${registryOf(image)} is none of those that it allows`,
    );
  }
  return null;
}

function judgeMounts({ mounts }: Policy, { body, ...ask }: Ask): Refusal | null {
  if (!mounts) return null;
  const drivers = new Set(ask.offered.flatMap((gpu) => gpu.mounts));
  const sources = body.HostConfig.Mounts.map(({ Source }) => Source);
  const ofDriver = (path: string) => drivers.has(path);
  // What a driver's own path leads to is the driver's.
  const written = sources.filter((path) => !ofDriver(path));
  const real = ask.real_sources.filter((_, at) => !ofDriver(sources[at] ?? ''));
  const outside = (folders: readonly string[]) => (path: string) =>
    !isPlainPath(path) || !folders.some((folder) => isBelow(path, folder));
  const bad =
    written.find(outside([...mounts, ask.model_folder])) ?? real.find(outside(ask.real_folders));
  if (bad === undefined) return null;
  return refusal('mounts', `${bad} is in none of the folders that it allows`);
}

function judgeGpus({ gpus }: Policy, { body, offered }: Ask): Refusal | null {
  if (!gpus) return null;
  const uuids = new Set(offered.map(({ gpu }) => gpu.uuid));
  const nodes = new Set(offered.flatMap((gpu) => gpu.nodes.map(({ path }) => path)));
  const indexes = new Set(
    offered.filter(({ gpu }) => gpu.framework === 'musa').map(({ gpu }) => String(gpu.index)),
  );
  const { DeviceRequests = [], Devices = [] } = body.HostConfig;
  const bad =
    DeviceRequests.flatMap(({ DeviceIDs }) => DeviceIDs)
      .map((id) => id.replace(/^nvidia\.com\/gpu=/, ''))
      .find((id) => !uuids.has(id)) ??
    Devices.map(({ PathOnHost }) => PathOnHost).find((path) => !nodes.has(path)) ??
    askedOfRuntime(body)?.find((index) => !indexes.has(index));
  return bad === undefined ? null : refusal('gpus', `the GPU ${bad} is none of those it offers`);
}

/** Of Moore Threads' runtime, which reads the indexes in the environment; null: it is another runtime. */
function askedOfRuntime({ Env, HostConfig }: CreateBody): string[] | null {
  if (HostConfig.Runtime !== 'mthreads') return null;
  const variable = 'MTHREADS_VISIBLE_DEVICES=';
  const written = Env.filter((entry) => entry.startsWith(variable));
  // Left out, it is for the image to say.
  if (written.length === 0) return ['all'];
  return written.flatMap((entry) => entry.slice(variable.length).split(','));
}

function judgeNetwork({ host_network, ports }: Policy, { body, port }: Ask): Refusal | null {
  const { NetworkMode, PortBindings = {} } = body.HostConfig;
  if (host_network === false && NetworkMode === 'host') {
    return refusal(
      'host_network',
      'it does not give containers the network of the host; set network to "bridge"',
    );
  }
  if (!ports) return null;
  const published = Object.values(PortBindings).flatMap((bindings) =>
    bindings.map(({ HostPort }) => Number(HostPort)),
  );
  const bad = [port, ...published].find((each) => !(each >= ports.first && each <= ports.last));
  if (bad === undefined) return null;
  return refusal('ports', `the port ${bad} is not in ${ports.first}-${ports.last}`);
}

function judgeLimits({ limits = {} }: Policy, { body, others }: Ask): Refusal | null {
  const { instances, memory_per_container, memory_total } = limits;
  const memory = body.HostConfig.Memory;
  if (instances !== undefined && others.length + 1 > instances) {
    return refusal('limits.instances', `it allows ${instances}, and ${others.length} are here`);
  }
  const noLimit = 'the deployment sets no memory_bytes, and so no limit';
  if (memory_per_container !== undefined && !(memory && memory <= memory_per_container)) {
    const why = memory ? `${inGibibytes(memory)} is more than` : `${noLimit}; it allows`;
    return refusal('limits.memory_per_container', `${why} ${inGibibytes(memory_per_container)}`);
  }
  if (memory_total === undefined) return null;
  if (!memory) return refusal('limits.memory_total', noLimit);
  if (others.some((other) => other.memory_bytes === null)) {
    return refusal('limits.memory_total', 'a container without a limit of memory is here');
  }
  const taken = others.reduce((sum, other) => sum + (other.memory_bytes ?? 0), 0);
  if (taken + memory <= memory_total) return null;
  return refusal(
    'limits.memory_total',
    `${inGibibytes(memory)} more than the ${inGibibytes(taken)} in use is over ${inGibibytes(memory_total)}`,
  );
}

function inGibibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toFixed(2))} GiB`;
}

function refusal(rule: string, message: string): Refusal {
  return { rule, message };
}
