import { comingStates } from '../../contract/coming-states.ts';
import type { DeploymentStatus } from '../../contract/deployment.ts';
import { nameKeyOf } from '../backends/model.ts';
import { deletingMessage } from './leaving.ts';
import {
  type DeploymentRecord,
  type InstanceStatus,
  isLeaving,
  isServing,
  type World,
} from './model.ts';

/** How what a deployment was made from stands now. */
export interface Standing {
  /** The newest revision of its backend; null without one. */
  backendRevision: number | null;
  /** Names of secrets that were set since its instances were launched. */
  secretsChanged: string[];
}

export function standingOf({ backend, secretsChanged }: World): Standing {
  return { backendRevision: backend?.revision ?? null, secretsChanged };
}

/** How a deployment is doing: derived from its instances, never stored. */
export function statusOf(
  deployment: DeploymentRecord,
  instances: readonly InstanceStatus[],
  { backendRevision, secretsChanged }: Standing,
): DeploymentStatus {
  const wanted = instances.filter((instance) => !isLeaving(instance));
  const ready = wanted.filter(isServing);
  return {
    ...(deployment.deleting
      ? { phase: 'deleting', message: deletingMessage(deployment, instances) }
      : phaseOf(deployment, wanted, ready.length)),
    ready_replicas: ready.length,
    endpoints: ready.flatMap((instance) => {
      const url = urlOf(instance);
      return url === null ? [] : [{ instance_id: instance.id, url }];
    }),
    host_ids: [...new Set(wanted.flatMap(({ hostId }) => hostId ?? []))].sort(),
    rollout: {
      state:
        deployment.rolloutFailure !== null
          ? 'failed'
          : deployment.rolling
            ? 'progressing'
            : 'complete',
      updated_replicas: wanted.filter(
        ({ templateRevision, hostId }) =>
          hostId !== null && templateRevision === deployment.templateRevision,
      ).length,
      good_revision: deployment.goodRevision,
      message: deployment.rolloutFailure,
    },
    backend_update_available: wanted.some(
      ({ launchSpec }) =>
        backendRevision !== null &&
        launchSpec?.backend != null &&
        // Revisions of another backend, which it had before, count apart.
        isSameBackend(launchSpec.backend.backend_name, deployment.spec.backend_name) &&
        Math.max(launchSpec.backend.revision, firstRevision) < backendRevision,
    ),
    secrets_changed: secretsChanged,
  };
}

/** What ships is kept as this revision by the batch of its first use, which was rendered while it had none (0). */
const firstRevision = 1;

function isSameBackend(left: string, right: string | undefined): boolean {
  return right !== undefined && nameKeyOf(left) === nameKeyOf(right);
}

function phaseOf(
  deployment: DeploymentRecord,
  wanted: readonly InstanceStatus[],
  ready: number,
): Pick<DeploymentStatus, 'phase' | 'message'> {
  const { replicas } = deployment.spec;
  if (deployment.stopped) {
    return { phase: 'stopped', message: 'It was stopped. Start it to serve again.' };
  }
  if (replicas === 0) return { phase: 'stopped', message: 'No replicas are wanted.' };
  if (ready >= replicas) {
    const failure = deployment.rolloutFailure === null ? '' : ` ${deployment.rolloutFailure}`;
    return { phase: 'available', message: `${ready} of ${replicas} ready.${failure}` };
  }
  const worst =
    wanted.find(({ state }) => state === 'failed') ??
    wanted.find(({ state }) => state === 'pending') ??
    wanted.find((instance) => !isServing(instance));
  const message = `${ready} of ${replicas} ready. ${worst?.message ?? ''}`.trim();
  if (ready > 0) {
    const missing = wanted.filter((instance) => !isServing(instance));
    return { phase: missing.every(isComing) ? 'progressing' : 'degraded', message };
  }
  if (worst?.state === 'failed') return { phase: 'failed', message };
  if (wanted.every(({ state }) => state === 'pending')) return { phase: 'pending', message };
  return { phase: 'progressing', message };
}

/** It is on its way for the first time. */
function isComing({ state, restarts }: InstanceStatus): boolean {
  return comingStates.has(state) && restarts === 0;
}

/** Where an instance answers, once it is placed: at the address that its host has now. */
export function urlOf({
  launchSpec,
  hostAddress,
}: Pick<InstanceStatus, 'launchSpec' | 'hostAddress'>): string | null {
  if (!launchSpec) return null;
  const address = hostAddress ?? launchSpec.worker_ip;
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${launchSpec.port}`;
}
