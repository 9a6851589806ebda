import type { InstanceState } from '../../contract/instance.ts';
import type { HostView } from '../placement/model.ts';
import type { InstanceRecord } from './model.ts';

/** In these a container may be at work, or nobody knows. */
const mayRun: InstanceState[] = ['running', 'unhealthy', 'unreachable'];

/**
 * Whether an instance cannot come up where it is, since its host shows a GPU of it no more. One that runs is left alone:
 * its process has the GPU that the driver does not list. Pure.
 */
export function hasLostGpu(
  { state, launchSpec }: Pick<InstanceRecord, 'state' | 'launchSpec'>,
  host: Pick<HostView, 'online' | 'gpus'> | undefined,
): boolean {
  const gpu = launchSpec?.gpu;
  return gpu && host?.online && !mayRun.includes(state) ? missing(gpu, host).length > 0 : false;
}

/** What an instance says that leaves its host for it. */
export function lostGpuMessage({ launchSpec }: InstanceRecord, host: HostView | undefined): string {
  const uuids = launchSpec?.gpu && host ? missing(launchSpec.gpu, host) : [];
  const gpus = uuids.length === 1 ? 'the GPU' : 'the GPUs';
  return `Its host ${host?.name ?? ''} no longer shows ${gpus} ${uuids.join(', ')}; it is being placed again.`;
}

function missing(
  { framework, uuids }: { framework: string; uuids: readonly string[] },
  { gpus }: Pick<HostView, 'gpus'>,
): string[] {
  return uuids.filter(
    (uuid) => !gpus.some((gpu) => gpu.uuid === uuid && gpu.framework === framework),
  );
}
