import type { HostDetail } from '../../../contract/host.ts';

const time = '2026-01-30T09:00:00.000Z';

/** A host with two GPUs that does its work; `change` overrides what it is. */
export function hostWith(change: Partial<HostDetail> = {}): HostDetail {
  const gpus = [0, 1].map((index) => ({
    framework: 'cuda',
    index,
    uuid: `GPU-${index}`,
    name: 'H100',
    memory_bytes: 80 * 1024 ** 3,
  }));
  return {
    id: 'host_1',
    name: 'gpu-1',
    labels: { zone: 'a' },
    status: 'online',
    schedulable: true,
    draining: false,
    agent_version: '1',
    agent_update: null,
    inventory: {
      hostname: 'gpu-1',
      os: 'Debian',
      architecture: 'amd64',
      cpus: 8,
      memory_bytes: 1024 ** 3,
      address: '10.0.0.7',
      port_range: { first: 40_000, last: 40_009 },
      gpus,
      docker: { version: '28' },
      model_sources: ['none'],
      conditions: [],
    },
    conditions: [],
    revoked_at: null,
    rotation_asked_at: null,
    secret_changed_at: null,
    identity_conflict: null,
    desired_revision: 1,
    held_revision: 1,
    claimed: { instances: 0, gpus: 0, shared_gpus: 0, memory_bytes: 0 },
    created_at: time,
    status_changed_at: time,
    last_seen_at: null,
    claims: [],
    launches: [],
    reserved_for: null,
    ...change,
  };
}
