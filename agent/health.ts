import type { LaunchSpec } from '../contract/launch-spec.ts';

export type HealthSpec = LaunchSpec['health'];

/** What one probe found. */
export interface ProbeResult {
  ready: boolean;
  /** In a few words, such as `HTTP 503` or `connection refused`. */
  summary: string;
  /** The first bytes of the body, on one line. Not masked yet. */
  excerpt: string | null;
}

/** The health of one run of a container. All times are on the agent's monotonic clock. */
export interface Health {
  /** `starting`: it never answered. */
  phase: 'starting' | 'ready' | 'unhealthy';
  started_ms: number;
  /** When this agent came upon it already running; null for a run that it saw begin. */
  adopted_ms: number | null;
  probes: number;
  failures_in_row: number;
  next_probe_ms: number;
  /** Since when it answers without a break that counts. */
  ready_ms: number | null;
  unhealthy_ms: number | null;
  /** How long the start took; null before, and for a run that was adopted. */
  ready_after_ms: number | null;
  /** How long it was unhealthy the last time; null while it never was. */
  outage_ms: number | null;
  last_failure: ProbeResult | null;
}

/** A small server answers within milliseconds of its start, a large model after minutes. */
const firstProbeMs = 20;
const probeGrowth = 1.3;
const longestGapMs = 1000;

export function newHealth(run: { started_ms: number; adopted: boolean }, nowMs: number): Health {
  return {
    phase: 'starting',
    started_ms: run.started_ms,
    adopted_ms: run.adopted ? nowMs : null,
    probes: 0,
    failures_in_row: 0,
    next_probe_ms: run.adopted ? nowMs : nowMs + firstProbeMs,
    ready_ms: null,
    unhealthy_ms: null,
    ready_after_ms: null,
    outage_ms: null,
    last_failure: null,
  };
}

/** Health after a probe that ended at `nowMs`. Any 2xx is ready; `failure_threshold` failures in a row are unhealthy. */
export function afterProbe(
  health: Health,
  spec: HealthSpec,
  result: ProbeResult,
  nowMs: number,
): Health {
  const probes = health.probes + 1;
  if (result.ready) {
    const { unhealthy_ms, started_ms } = health;
    const isFirst = health.phase === 'starting' && health.adopted_ms === null;
    return {
      ...health,
      phase: 'ready',
      probes,
      failures_in_row: 0,
      next_probe_ms: nowMs + spec.interval_seconds * 1000,
      ready_ms: health.phase === 'ready' ? health.ready_ms : nowMs,
      unhealthy_ms: null,
      ready_after_ms: isFirst ? nowMs - started_ms : health.ready_after_ms,
      outage_ms: unhealthy_ms === null ? health.outage_ms : nowMs - unhealthy_ms,
      last_failure: null,
    };
  }
  const failures = health.failures_in_row + 1;
  const failed = { ...health, probes, failures_in_row: failures, last_failure: result };
  const tooMany = failures >= spec.failure_threshold;
  if (health.phase === 'starting' && !(tooMany && hasServed(health, spec, nowMs))) {
    return { ...failed, next_probe_ms: nowMs + startGapMs(probes) };
  }
  return {
    ...failed,
    phase: tooMany ? 'unhealthy' : health.phase,
    next_probe_ms: nowMs + spec.interval_seconds * 1000,
    ready_ms: tooMany ? null : health.ready_ms,
    unhealthy_ms: tooMany ? (health.unhealthy_ms ?? nowMs) : null,
  };
}

function startGapMs(probes: number): number {
  return Math.min(longestGapMs, firstProbeMs * probeGrowth ** Math.min(probes, 30));
}

/**
 * One that was adopted after its time to start has been ready in some earlier agent's eyes. One that was adopted before
 * may have been: where nothing that served is ever restarted, it counts as one that was, once its time is over.
 */
function hasServed({ adopted_ms, ...health }: Health, spec: HealthSpec, nowMs: number): boolean {
  if (adopted_ms === null) return false;
  const at = spec.restart_after_seconds === 0 ? nowMs : adopted_ms;
  return at >= startDeadlineMs(health, spec);
}

function startDeadlineMs(health: Pick<Health, 'started_ms'>, spec: HealthSpec): number {
  return health.started_ms + spec.start_timeout_seconds * 1000;
}

/** When the container is to be restarted for its health, and why; null while nothing points to it. */
export function restartDue(
  health: Health,
  spec: HealthSpec,
): { at_ms: number; why: 'start_timeout' | 'unhealthy' } | null {
  if (health.phase === 'starting') {
    const startDeadline = startDeadlineMs(health, spec);
    if (health.adopted_ms === null) return { at_ms: startDeadline, why: 'start_timeout' };
    // One slow answer right after the adoption proves nothing.
    if (health.failures_in_row < spec.failure_threshold) return null;
    // An earlier agent may have seen it ready, and lost it: then it has the time of one that serves.
    if (spec.restart_after_seconds === 0) return null;
    const at = Math.max(startDeadline, health.adopted_ms + spec.restart_after_seconds * 1000);
    return { at_ms: at, why: 'start_timeout' };
  }
  if (health.unhealthy_ms === null || spec.restart_after_seconds === 0) return null;
  return { at_ms: health.unhealthy_ms + spec.restart_after_seconds * 1000, why: 'unhealthy' };
}
