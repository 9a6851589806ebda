import type { Condition, Inventory } from '../../contract/host.ts';
import type { Engine } from '../docker/engine.ts';
import { EngineAwayError, EngineRefusedError } from '../docker/errors.ts';
import { type EngineForGpus, hasNvidiaToolkit } from '../docker/grant.ts';
import { imageNames } from './images.ts';
import type { Machine } from './machine.ts';

export interface DockerFacts {
  /** Null when it does not answer. */
  docker: Inventory['docker'];
  /** Null when it does not answer. */
  for_gpus: EngineForGpus | null;
  root_folder: string | null;
  /** Names of its images; null when it does not list them. */
  images: string[] | null;
  /** Why it does not answer. */
  fault: string | null;
}

/** A look that said nothing of the engine, not even that it is away. */
export const dockerUnknown: DockerFacts = {
  docker: null,
  for_gpus: null,
  root_folder: null,
  images: null,
  fault: null,
};

/** What the engine calls for NVIDIA's GPUs; it looks for it when it starts. */
const nvidiaHook = '/usr/bin/nvidia-container-runtime-hook';

export async function lookAtDocker(
  engine: Engine,
  machine: Pick<Machine, 'node'>,
): Promise<DockerFacts> {
  try {
    const [{ version, api_version }, info, images, hook] = await Promise.all([
      engine.version(),
      engine.info(),
      imagesOf(engine),
      machine.node(nvidiaHook),
    ]);
    const { runtimes, default_runtime, cdi_devices, root_folder } = info;
    const for_gpus = { runtimes, default_runtime, cdi_devices, nvidia_hook: hook !== null };
    const nvidia_toolkit = hasNvidiaToolkit(for_gpus);
    return {
      docker: {
        version: version.slice(0, 64),
        api_version: api_version.slice(0, 16),
        nvidia_toolkit,
      },
      for_gpus,
      root_folder,
      images,
      fault: null,
    };
  } catch (error) {
    if (!(error instanceof EngineAwayError || error instanceof EngineRefusedError)) throw error;
    return { ...dockerUnknown, fault: error.message };
  }
}

/** An engine that does not list them for once, as while one is being removed, can run containers all the same. */
async function imagesOf(engine: Engine): Promise<string[] | null> {
  try {
    return imageNames(await engine.listImages());
  } catch (error) {
    if (error instanceof EngineRefusedError) return null;
    throw error;
  }
}

export function dockerUnavailable(fault: string): Condition {
  const message = `Docker does not work on this host: ${fault}. Containers that run are left as they are.`;
  return { code: 'docker_unavailable', message: message.slice(0, 1024) };
}

/** Null when there are none. */
export function containersSilent(names: readonly string[]): string | null {
  if (names.length === 0) return null;
  return `Docker answers, but not for ${[...names].sort().join(', ')}: it is stuck there, often with a GPU that hangs. The host's other containers go on. Restart the Docker engine, or the machine if that does not help.`;
}

/** The engine cannot give the NVIDIA GPUs that are there. */
export const noNvidiaToolkit: Condition = {
  code: 'nvidia_runtime_missing',
  message:
    'This host has NVIDIA GPUs, but its Docker engine cannot give them to containers. Install the NVIDIA Container Toolkit, run "nvidia-ctk runtime configure" and restart the engine.',
};
