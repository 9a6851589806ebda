import type { Deployment } from '../../contract/deployment.ts';
import type { Instance } from '../../contract/instance.ts';
import { toTime } from '../db/time.ts';
import { leavesSilentHost, leavingMessage } from './leaving.ts';
import type { DeploymentRecord, InstanceRecord, InstanceStatus } from './model.ts';
import { type Standing, statusOf, urlOf } from './status.ts';

/** A deployment as a client is shown it. */
export function toDeployment(
  record: DeploymentRecord,
  instances: readonly InstanceStatus[],
  standing: Standing,
): Deployment {
  return {
    id: record.id,
    ...record.spec,
    revision: record.revision,
    stopped: record.stopped,
    status: statusOf(record, instances, standing),
    created_at: toTime(record.createdAt),
    updated_at: toTime(record.updatedAt),
  };
}

/** An instance as a client is shown it. */
export function toInstance(record: InstanceRecord, deploymentName: string): Instance {
  const spec = record.launchSpec;
  return {
    id: record.id,
    deployment: deploymentName,
    deployment_revision: record.deploymentRevision,
    generation: record.generation,
    state: record.state,
    reason: record.reason,
    message: leavesSilentHost(record) ? leavingMessage(record) : record.message,
    host_id: record.hostId,
    host_name: record.hostName,
    url: urlOf(record),
    backend: spec?.backend ?? null,
    image: spec?.image ?? null,
    image_digest: record.imageDigest,
    gpu: spec?.gpu ?? null,
    restarts: record.restarts,
    exit:
      record.exitCode === null
        ? null
        : { code: record.exitCode, oom_killed: record.oomKilled ?? false },
    container_id: record.containerId,
    retry_at: waitsForRetry(record) ? toTime(record.retryAt) : null,
    created_at: toTime(record.createdAt),
    started_at: toTime(record.startedAt),
    ready_at: toTime(record.readyAt),
    updated_at: toTime(record.updatedAt),
  };
}

/** Its host tries it again after a pause. */
function waitsForRetry({ state }: InstanceRecord): boolean {
  return state === 'restarting' || state === 'failed';
}
