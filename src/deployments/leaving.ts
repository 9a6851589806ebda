import type { DeploymentRecord, InstanceStatus } from './model.ts';

/*
 * What leaves a silent host waits until that is back. It is told when it is read, not written: who falls silent or
 * comes back while an instance leaves changes nothing but these words.
 */

/** It is to be stopped by a host that does not answer. */
export function leavesSilentHost({
  state,
  hostSeenAt,
}: Pick<InstanceStatus, 'state' | 'hostSeenAt'>): boolean {
  return state === 'stopping' && hostSeenAt !== null;
}

/** What an instance says that leaves a silent host. */
export function leavingMessage({
  hostId,
  hostName,
  hostRevoked,
}: Pick<InstanceStatus, 'hostId' | 'hostName' | 'hostRevoked'>): string {
  if (hostRevoked) {
    return `Its host ${hostName} was revoked and cannot be told to stop it. Take the host back with POST /api/v1/hosts/${hostId}/unrevoke, or remove it with DELETE /api/v1/hosts/${hostId}?force=true.`;
  }
  return `Its host ${hostName} is silent: it is stopped when the host is back. If the host is lost, remove it: DELETE /api/v1/hosts/${hostId}?force=true.`;
}

/** What a deployment says that is being deleted: whom it waits for, and the way out. */
export function deletingMessage(
  { name }: Pick<DeploymentRecord, 'name'>,
  instances: readonly InstanceStatus[],
): string {
  const silent = instances.filter(({ state, hostSeenAt }) => state !== 'stopped' && hostSeenAt);
  const names = [...new Set(silent.map(({ hostName }) => hostName))].sort();
  if (names.length === 0) return 'Its containers are being stopped.';
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `Its containers are being stopped; those on silent hosts (${shown}${more}) when these are back. If they are lost, give them up with DELETE /api/v1/deployments/${name}?force=true, or remove the hosts.`;
}

/** So many silent hosts are named. */
const mostNames = 5;
