import type { Deployment, DeploymentInput, DeploymentStatus } from '../../contract/deployment.ts';
import type { Instance, InstanceState } from '../../contract/instance.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { type BackendRecord, nameKeyOf } from '../backends/model.ts';
import type { HostView } from '../placement/model.ts';
import { deletingMessage, leavesSilentHost, leavingMessage } from './leaving.ts';

/** A deployment at its newest revision. */
export interface DeploymentRecord {
  id: string;
  orgId: string;
  name: string;
  revision: number;
  /** Counts every change, the planner's too. */
  version: number;
  deleting: boolean;
  /** No replicas are wanted until it is started again. */
  stopped: boolean;
  /** Its instances are being brought to `revision`. */
  rolling: boolean;
  /** When its rollout began. */
  progressAt: number;
  goodRevision: number | null;
  /** Why the rollout of `revision` was given up. */
  rolloutFailure: string | null;
  spec: DeploymentInput;
  /** What an automatic `gpu` was decided to mean at this revision; null while that is being decided. */
  gpuCount: number | null;
  /** The first revision whose instances need not be replaced for this one. */
  templateRevision: number;
  createdAt: number;
  updatedAt: number;
}

/** A deployment at its first revision, as it is before it is written. */
export function newDeployment(
  id: string,
  orgId: string,
  spec: DeploymentInput,
  now: number,
): DeploymentRecord {
  const { name } = spec;
  return {
    id,
    orgId,
    name,
    revision: 1,
    version: 1,
    deleting: false,
    stopped: false,
    rolling: true,
    progressAt: now,
    goodRevision: null,
    rolloutFailure: null,
    spec,
    gpuCount: null,
    templateRevision: 1,
    createdAt: now,
    updatedAt: now,
  };
}

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

/** A replica as the database has it, with the launch spec of its current generation. */
export interface InstanceRecord {
  id: string;
  deploymentId: string;
  deploymentRevision: number;
  /** That of the deployment revision that it was rendered from. */
  templateRevision: number;
  generation: number;
  state: InstanceState;
  reason: string | null;
  message: string;
  hostId: string | null;
  hostName: string | null;
  /** Where its host is reached now; it may have had another address when the launch spec was rendered. */
  hostAddress: string | null;
  /** Its host is being drained. */
  hostDraining: boolean;
  /** The last sign of life of its silent host. */
  hostSeenAt: number | null;
  /** When its silence was noticed. */
  hostOfflineAt: number | null;
  restarts: number;
  exitCode: number | null;
  oomKilled: boolean | null;
  containerId: string | null;
  imageDigest: string | null;
  createdAt: number;
  startedAt: number | null;
  readyAt: number | null;
  /** When its host tries it again, while it restarts or has failed. */
  retryAt: number | null;
  updatedAt: number;
  launchSpec: LaunchSpec | null;
  /** The container of an earlier generation serves on while its host gets what this one needs. */
  serves: boolean;
}

/** What the status of a deployment is made of. */
export type InstanceStatus = Pick<
  InstanceRecord,
  | 'id'
  | 'templateRevision'
  | 'state'
  | 'message'
  | 'hostId'
  | 'serves'
  | 'hostName'
  | 'hostAddress'
  | 'hostSeenAt'
> & { launchSpec: Pick<LaunchSpec, 'worker_ip' | 'port' | 'backend'> | null };

/** Everything that a plan is made from. */
export interface World {
  deployment: DeploymentRecord;
  /** Null where the deployment brings its own image. */
  backend: BackendRecord | null;
  /** What the deployment was at its good revision, where the newest one differs from it in more than scale. */
  fallback: { deployment: DeploymentRecord; backend: BackendRecord | null } | null;
  /** So many hosts fell silent at once that nothing is replaced. */
  replacementHeld: boolean;
  instances: readonly InstanceRecord[];
  hosts: readonly HostView[];
  secretNames: ReadonlySet<string>;
  /** Names of secrets that were set since its instances were launched. */
  secretsChanged: string[];
  /** Milliseconds since 1970. */
  now: number;
}

/** The world of a deployment that has no instance yet. */
export function newWorld(
  deployment: DeploymentRecord,
  surroundings: Pick<World, 'backend' | 'hosts' | 'secretNames'>,
  now: number,
): World {
  return {
    deployment,
    instances: [],
    fallback: null,
    replacementHeld: false,
    secretsChanged: [],
    now,
    ...surroundings,
  };
}

/*
 * The states of an instance, and who moves it:
 *
 *   pending    the planner made it; no host yet, its message says why
 *   queued     the planner placed it; its launch waits for its host
 *   pulling, downloading, starting, running, unhealthy, restarting, failed    its host's agent
 *   stopping   the planner took its launch out of its host's desired set
 *   deleting   the planner gave it up because its host is silent; it ends as `stopping` does, when the host is back
 *   stopped    a sync showed that its container is gone; the planner deletes the row
 *
 * An agent's word moves an instance forward only, and never out of what the planner decided (stopping, stopped).
 */

/** Reported by a host, in the order in which a generation goes through them; equal numbers may change to and fro. */
const progress: Partial<Record<InstanceState, number>> = {
  queued: 0,
  pulling: 1,
  downloading: 2,
  starting: 3,
  running: 3,
  unhealthy: 3,
  restarting: 3,
  failed: 3,
  unreachable: 3,
};

/**
 * The states from which a host's report of `next` is believed. `anew`: there is no container, so that the instance
 * begins again, from whatever it was.
 */
export function statesBefore(next: InstanceState, anew = false): InstanceState[] {
  const rank = progress[next];
  if (rank === undefined) return [];
  // A key of the table is a state.
  return (Object.keys(progress) as InstanceState[]).filter((state) => {
    const from = progress[state] ?? 0;
    // A restart may have to fetch its image or model again.
    // Of an unreachable one nothing is known, so that any word is news; and to be unreachable may befall all.
    if (state === 'unreachable' || next === 'unreachable' || anew) return true;
    return from <= rank || ((state === 'restarting' || state === 'failed') && rank > 0);
  });
}

/** It takes requests. */
export function isReady(instance: { state: InstanceState }): boolean {
  return instance.state === 'running';
}

/** It takes requests, be it with the container of an earlier generation. */
export function isServing(instance: { state: InstanceState; serves: boolean }): boolean {
  return isReady(instance) || instance.serves;
}

/** The planner wants it no more. */
export function isLeaving(instance: { state: InstanceState }): boolean {
  return (
    instance.state === 'stopping' || instance.state === 'stopped' || instance.state === 'deleting'
  );
}

/** Nothing of it is to be placed, as far as its rows tell: it goes, or all of it runs where it may stay. */
export function needsNoHost(
  { deleting, stopped, spec, templateRevision }: DeploymentRecord,
  instances: readonly InstanceRecord[],
): boolean {
  if (deleting) return true;
  const live = instances.filter((instance) => !isLeaving(instance));
  return (
    live.length === (stopped ? 0 : spec.replicas) &&
    live.every(
      (instance) =>
        isReady(instance) &&
        !instance.hostDraining &&
        instance.templateRevision === templateRevision,
    )
  );
}

/** Its host tries it again after a pause. */
function waitsForRetry({ state }: InstanceRecord): boolean {
  return state === 'restarting' || state === 'failed';
}

/** Where an instance answers, once it is placed: at the address that its host has now. */
function urlOf({
  launchSpec,
  hostAddress,
}: Pick<InstanceStatus, 'launchSpec' | 'hostAddress'>): string | null {
  if (!launchSpec) return null;
  const address = hostAddress ?? launchSpec.worker_ip;
  const host = address.includes(':') ? `[${address}]` : address;
  return `http://${host}:${launchSpec.port}`;
}

/** Derived from the instances, never stored. */
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
        launchSpec.backend.revision < backendRevision,
    ),
    secrets_changed: secretsChanged,
  };
}

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
  if (ready > 0) return { phase: 'degraded', message };
  if (worst?.state === 'failed') return { phase: 'failed', message };
  if (wanted.every(({ state }) => state === 'pending')) return { phase: 'pending', message };
  return { phase: 'progressing', message };
}

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
    retry_at: record.retryAt !== null && waitsForRetry(record) ? toTime(record.retryAt) : null,
    created_at: toTime(record.createdAt),
    started_at: record.startedAt === null ? null : toTime(record.startedAt),
    ready_at: record.readyAt === null ? null : toTime(record.readyAt),
    updated_at: toTime(record.updatedAt),
  };
}

export function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
