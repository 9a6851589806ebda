import type { Clock } from '../clock.ts';
import type { ContainerImage } from './container-image.ts';
import { type DesiredMark, type OwnLabels, readOwnLabels } from './labels.ts';
import { type ContainerDetail, ContainerStatus, type ContainerSummary } from './replies.ts';

/** How a run of a container ended. */
export interface RunEnd {
  code: number;
  oom_killed: boolean;
  /** The last lines of its log, not masked yet. */
  lines: readonly string[];
}

/** A container of this host, as the engine last described it. */
export interface OwnContainer {
  id: string;
  name: string;
  instance_id: string;
  generation: number;
  spec_hash: string;
  /** Which desired set it was made for; null: an older agent made it. */
  made_for: DesiredMark | null;
  status: ContainerDetail['State']['Status'];
  /** Names one run of the container, from a start to its end; null before the first. */
  run_id: string | null;
  /** When the run began, on the agent's monotonic clock. */
  started_ms: number;
  /** Null while it runs, and before the first run. */
  end: RunEnd | null;
  stop_grace_seconds: number;
  /** The most that it may use; null: no limit. */
  memory_bytes: number | null;
  /** Null while it was not looked up. */
  image: ContainerImage | null;
}

/** Docker's default when a container says nothing. */
export const defaultGraceSeconds = 10;

/** Null when the container is not this host's. */
export function ownContainer(
  detail: ContainerDetail,
  lines: readonly string[],
  hostId: string,
  clock: Clock,
): OwnContainer | null {
  const own = readOwnLabels(detail.Config.Labels, hostId);
  if (!own) return null;
  const { Status, StartedAt, ExitCode, OOMKilled } = detail.State;
  const startedAt = Date.parse(StartedAt);
  const hasRun = startedAt > 0; // the engine writes year 1 for "never"
  return {
    ...own,
    id: detail.Id,
    name: detail.Name.replace(/^\//, ''),
    status: Status,
    run_id: hasRun ? `${detail.Id} ${StartedAt}` : null,
    started_ms: clock.now() - (hasRun ? Math.max(0, clock.wall() - startedAt) : 0),
    end: hasRun && hasEnded(Status) ? { code: ExitCode, oom_killed: OOMKilled, lines } : null,
    stop_grace_seconds: detail.Config.StopTimeout ?? defaultGraceSeconds,
    memory_bytes: detail.HostConfig?.Memory || null,
    image: null,
  };
}

/** As far as a list of containers tells: whether and when it ran is not known. */
export function listedContainer(
  { Id, State }: ContainerSummary,
  name: string,
  own: OwnLabels,
  clock: Clock,
): OwnContainer {
  return {
    ...own,
    id: Id,
    name,
    status: ContainerStatus.safeParse(State).data ?? 'running',
    run_id: null,
    started_ms: clock.now(),
    end: null,
    stop_grace_seconds: defaultGraceSeconds,
    image: null,
    memory_bytes: null,
  };
}

export function hasEnded(status: OwnContainer['status']): boolean {
  return status === 'exited' || status === 'dead';
}

/** It has a process: also while it is frozen by somebody. */
export function isUp(status: OwnContainer['status']): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}
