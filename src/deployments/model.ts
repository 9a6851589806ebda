import type { DeploymentInput } from '../../contract/deployment.ts';
import type { InstanceState } from '../../contract/instance.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { BackendRecord } from '../backends/model.ts';
import type { HostView } from '../placement/model.ts';

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
  /** Its host was revoked: it hears nothing, and nothing that it says counts. */
  hostRevoked: boolean;
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
  | 'restarts'
  | 'hostId'
  | 'serves'
  | 'hostName'
  | 'hostAddress'
  | 'hostSeenAt'
  | 'hostRevoked'
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
