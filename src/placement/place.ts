import type { HostReason } from '../../contract/instance.ts';
import { fitOn } from './fit.ts';
import type { Fit, HostView, Placement, PlacementRequest } from './model.ts';
import { byPreference, whyThere } from './preference.ts';

export type PlacementResult =
  | { placement: Placement }
  /** Why not, for every host. */
  | { placement: null; reasons: HostReason[] };

/**
 * Chooses a host, a version for it, its GPUs and a port. Pure: whether the choice still holds is decided by the
 * claims when they are written.
 */
export function place(request: PlacementRequest, hosts: readonly HostView[]): PlacementResult {
  const fitting: Fit[] = [];
  const reasons: HostReason[] = [];
  for (const host of hosts) {
    const fit = fitOn(request, host);
    if ('placement' in fit) fitting.push({ placement: fit.placement, host });
    else reasons.push({ host_id: host.id, host_name: host.name, ...fit });
  }
  const [best] = fitting.sort(byPreference(request));
  if (!best) return { placement: null, reasons };
  const why = whyThere(request, best, fitting, hosts.length);
  return { placement: { ...best.placement, why } };
}
