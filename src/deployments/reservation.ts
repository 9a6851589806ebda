import type { HostView, PlacementRequest } from '../placement/model.ts';
import { hostToKeep, type Kept } from '../placement/reservation.ts';
import type { InstanceRecord, World } from './model.ts';
import type { Step } from './steps.ts';

/*
 * Small instances must not keep a large one from a host for ever by taking each GPU that comes free. The oldest
 * instance of an organisation that waits for GPUs is therefore kept a host once it has waited for `starvingAfterMs`:
 *
 *   none -> kept      its own deployment's plan, when a host would do if nobody else were on it
 *   kept -> kept      on another host, where more GPUs are free by now; or for an older instance that waits too long too
 *   kept -> none      it is placed (there or elsewhere), it is deleted, or no host would do any more
 *
 * One for each organisation, by the schema. Twice: what is kept already is not written again. Late: the clock looks at
 * all that is pending once a minute. Never: nothing else ends it, and it holds up only GPUs of one host.
 */

/** How long an instance waits for GPUs before a host is kept for it. */
export const starvingAfterMs = 5 * 60_000;

/** When an instance is to be kept a host. */
export function starvesAt({ createdAt }: InstanceRecord): number {
  return createdAt + starvingAfterMs;
}

/** What is kept for a pending instance that has found no host. Pure. */
export function keptFor(
  instance: InstanceRecord,
  request: PlacementRequest,
  hosts: readonly HostView[],
  now: number,
): Kept | null {
  const isDue = request.gpuCount > 0 && now >= starvesAt(instance);
  return isDue ? hostToKeep(request, hosts) : null;
}

/** What must be written so that `kept` is what is kept for the instance. */
export function reservationSteps(
  instance: InstanceRecord,
  kept: Kept | null,
  hosts: readonly HostView[],
): Step[] {
  const before = hosts.find((host) => isKeptFor(host, instance));
  if (kept?.host.id === before?.id) return [];
  if (!kept) return [{ kind: 'end_reservation', instanceId: instance.id }];
  const message = `It has waited for GPUs the longest, and for more than ${starvingAfterMs / 60_000} min: GPUs of ${kept.host.name} that come free are reserved for it.`;
  return [{ kind: 'reserve', instanceId: instance.id, hostId: kept.host.id, message }];
}

/** The hosts with `kept` as the one reservation among them. */
export function withReservation(
  hosts: readonly HostView[],
  instance: InstanceRecord,
  kept: Kept | null,
  { deployment }: World,
): HostView[] {
  const reservation = {
    instanceId: instance.id,
    deployment: deployment.name,
    since: instance.createdAt,
  };
  return hosts.map((host) => {
    if (host.id === kept?.host.id) return { ...host, reservation };
    return kept || isKeptFor(host, instance) ? { ...host, reservation: null } : host;
  });
}

function isKeptFor({ reservation }: HostView, { id }: InstanceRecord): boolean {
  return reservation?.instanceId === id;
}
