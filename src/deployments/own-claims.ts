import type { HostView } from '../placement/model.ts';
import type { InstanceRecord } from './model.ts';

/** The hosts as they will be once an instance has ended and what it claims is free. Pure. */
export function withoutClaimsOf(
  hosts: readonly HostView[],
  { id, hostId, launchSpec }: InstanceRecord,
): HostView[] {
  return hosts.map((host) => {
    if (host.id !== hostId || !launchSpec) return host;
    const share = host.shares.get(id);
    const takenGpus = new Map(host.takenGpus);
    for (const uuid of launchSpec.gpu?.uuids ?? []) {
      const taken = takenGpus.get(uuid) ?? 0;
      if (share === undefined || taken === 'whole') takenGpus.delete(uuid);
      else takenGpus.set(uuid, Math.max(0, taken - share));
    }
    const takenPorts = new Set(host.takenPorts);
    takenPorts.delete(launchSpec.port);
    return {
      ...host,
      takenGpus,
      takenPorts,
      takenMemoryBytes: Math.max(0, host.takenMemoryBytes - (launchSpec.memory_bytes ?? 0)),
      instances: Math.max(0, host.instances - 1),
    };
  });
}
