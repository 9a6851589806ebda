import { fitOn, isFree } from './fit.ts';
import type { HostView, PlacementRequest } from './model.ts';

/** A host to keep for an instance that has waited too long, and how many of its GPUs are free for it by now. */
export interface Kept {
  host: HostView;
  free: number;
}

/**
 * The host to keep for `request.instanceId`: of those that it would fit if nobody else were on them, the one with the
 * most GPUs free for it; of equals the one that is kept for it already. Null: no host will ever do as it is, or one is
 * kept for an older instance, whose turn it is.
 */
export function hostToKeep(request: PlacementRequest, hosts: readonly HostView[]): Kept | null {
  const { instanceId } = request;
  if (instanceId === null) return null;
  const isOlder = hosts.some(
    ({ reservation }) => reservation !== null && reservation.instanceId < instanceId,
  );
  if (isOlder) return null;
  let best: Kept | null = null;
  for (const host of hosts) {
    const free = freeFor(request, host);
    if (free === null) continue;
    const isOwn = host.reservation?.instanceId === instanceId;
    if (!best || free > best.free || (free === best.free && isOwn)) best = { host, free };
  }
  return best;
}

function freeFor(request: PlacementRequest, host: HostView): number | null {
  const fit = fitOn(request, emptied(host));
  if (!('placement' in fit)) return null;
  const framework = fit.placement.gpu?.framework;
  return host.gpus.filter((gpu) => gpu.framework === framework && isFree(gpu, request, host))
    .length;
}

/** The host if nobody had anything of it. */
function emptied(host: HostView): HostView {
  const none = { takenPorts: new Set<number>(), takenGpus: new Map(), takenMemoryBytes: 0 };
  return { ...host, ...none, reservation: null };
}
