import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { FoundGpu } from '../inventory/found-gpu.ts';
import type { DeviceRequest } from './container-body.ts';
import type { EngineInfo } from './engine.ts';

/** What of the host's GPUs a container gets: never a capability, never more than the nodes of the GPUs granted. */
export interface Grant {
  /** Null: the engine's default. */
  runtime: string | null;
  /** Device nodes, at the same path in the container. */
  devices: string[];
  /** Numbers of the groups that own them: a name would be looked up in the image. */
  groups: string[];
  /** Of the driver, mounted read-only at the same path. */
  mounts: string[];
  /** For the runtime that gives the GPUs. */
  env: Record<string, string>;
  device_requests: DeviceRequest[];
}

export type GrantResult =
  | { ok: true; grant: Grant }
  | {
      ok: false;
      reason: 'gpu_missing' | 'gpu_grant_unsupported' | 'docker_unavailable';
      message: string;
    };

/** What a launch's GPUs mean on this host, as it is now. */
export type GrantOf = (wanted: LaunchSpec['gpu']) => Promise<GrantResult>;

export const nothingGranted: Grant = {
  runtime: null,
  devices: [],
  groups: [],
  mounts: [],
  env: {},
  device_requests: [],
};

/** As the engine says, and whether the toolkit's own program is there. */
export interface EngineForGpus
  extends Pick<EngineInfo, 'runtimes' | 'default_runtime' | 'cdi_devices'> {
  nvidia_hook: boolean;
}

/** Runtimes that give GPUs to whatever container asks in its environment, which an image may do too. */
const givesGpus = /^(nvidia|ascend|mthreads|amd|iluvatar|ix|dcu|metax|cambricon|ppu)\b/;
const cdiKind = 'nvidia.com/gpu=';

/** The engine can give NVIDIA's GPUs: by the toolkit's hook, or by CDI. */
export function hasNvidiaToolkit(engine: EngineForGpus): boolean {
  return (
    engine.nvidia_hook ||
    engine.runtimes.includes('nvidia') ||
    engine.cdi_devices.some((device) => device.startsWith(cdiKind))
  );
}

export function grantGpus(
  wanted: LaunchSpec['gpu'],
  gpus: readonly FoundGpu[],
  engine: EngineForGpus | null,
): GrantResult {
  if (engine === null) {
    const message =
      'It is not known yet what the Docker engine of this host gives to containers: it has not answered.';
    return { ok: false, reason: 'docker_unavailable', message };
  }
  if (wanted === null || wanted.uuids.length === 0) {
    return { ok: true, grant: { ...nothingGranted, ...plain(engine) } };
  }
  if (wanted.framework === 'cuda') return { ok: true, grant: nvidiaGrant(wanted.uuids, engine) };
  const found = wanted.uuids.map((uuid) =>
    gpus.find(({ gpu }) => gpu.uuid === uuid && gpu.framework === wanted.framework),
  );
  const present = found.filter((gpu) => gpu !== undefined);
  if (present.length < found.length) {
    const missing = wanted.uuids.filter((_, at) => found[at] === undefined).join(', ');
    const message = `The GPU ${missing} (${wanted.framework}) is not found on this host now. See the host's conditions, and its driver's log.`;
    return { ok: false, reason: 'gpu_missing', message };
  }
  if (wanted.framework === 'musa' && engine.runtimes.includes('mthreads')) {
    const MTHREADS_VISIBLE_DEVICES = present.map(({ gpu }) => gpu.index).join(',');
    return {
      ok: true,
      grant: { ...nothingGranted, runtime: 'mthreads', env: { MTHREADS_VISIBLE_DEVICES } },
    };
  }
  const bare = present.filter(({ nodes }) => nodes.length === 0).map(({ gpu }) => gpu.uuid);
  if (bare.length > 0) {
    const message = `This agent does not know how to give a container the GPU ${bare.join(', ')} of the framework ${wanted.framework}: it found no device node for it in /dev. An agent that runs in a container needs the host's /dev.`;
    return { ok: false, reason: 'gpu_grant_unsupported', message };
  }
  return { ok: true, grant: { ...nodesGrant(present), ...plain(engine) } };
}

function nvidiaGrant(uuids: string[], engine: EngineForGpus): Grant {
  const cdi = uuids.map((uuid) => `${cdiKind}${uuid}`);
  const byHook = engine.nvidia_hook || engine.runtimes.includes('nvidia');
  if (!byHook && cdi.every((device) => engine.cdi_devices.includes(device))) {
    const device_requests: DeviceRequest[] = [{ Driver: 'cdi', DeviceIDs: cdi }];
    return { ...nothingGranted, device_requests };
  }
  // Without the toolkit too: the engine's refusal says what is missing.
  return {
    ...nothingGranted,
    device_requests: [{ Driver: 'nvidia', DeviceIDs: uuids, Capabilities: [['gpu']] }],
    // The engine sets it as well, and after it an image's or a deployment's "all" would hold under NVIDIA's runtime.
    env: { NVIDIA_VISIBLE_DEVICES: uuids.join(',') },
  };
}

function nodesGrant(gpus: readonly FoundGpu[]): Grant {
  const nodes = gpus.flatMap((gpu) => gpu.nodes);
  const groups = nodes.flatMap(({ group }) => (group === null ? [] : [String(group)]));
  return {
    ...nothingGranted,
    devices: [...new Set(nodes.map(({ path }) => path))],
    groups: [...new Set(groups)],
    mounts: [...new Set(gpus.flatMap(({ mounts }) => mounts))],
  };
}

/**
 * Away from a default runtime that would give GPUs which were not granted. Another default, such as a sandbox, is the
 * owner's, but may be NVIDIA's under a name of his own: that one is told to give none.
 */
function plain({ runtimes, default_runtime }: EngineForGpus): Pick<Grant, 'runtime' | 'env'> {
  if (default_runtime === null || plainRuntimes.includes(default_runtime)) {
    return { runtime: null, env: {} };
  }
  const gives = givesGpus.test(default_runtime);
  return {
    runtime: gives && runtimes.includes('runc') ? 'runc' : null,
    // An image's or a deployment's "all" would hold.
    env: { NVIDIA_VISIBLE_DEVICES: 'void' },
  };
}

const plainRuntimes = ['runc', 'crun', 'io.containerd.runc.v2', 'runsc', 'kata'];
