import type { InstanceRecord } from './model.ts';

/** An instance for tests of what is pure: running on the host `host` unless `change` says otherwise. */
export function instanceRecord(change: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    id: 'a',
    deploymentId: 'dep',
    deploymentRevision: 1,
    templateRevision: change.deploymentRevision ?? 1,
    generation: 1,
    state: 'running',
    reason: null,
    message: 'words',
    hostId: 'host',
    hostName: null,
    hostAddress: null,
    hostDraining: false,
    hostSeenAt: null,
    hostOfflineAt: null,
    hostRevoked: false,
    restarts: 0,
    exitCode: null,
    oomKilled: null,
    containerId: null,
    imageDigest: null,
    createdAt: 0,
    startedAt: null,
    readyAt: null,
    retryAt: null,
    updatedAt: 0,
    launchSpec: null,
    serves: false,
    ...change,
  };
}
