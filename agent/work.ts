import type { ContainerExit } from '../contract/instance.ts';
import { healthyAgainMs, restartPauseMs } from './backoff.ts';
import type { Launch } from './desired.ts';
import { isUp, type OwnContainer } from './docker/own-container.ts';
import { afterProbe, type Health, newHealth, type ProbeResult } from './health.ts';
import type { Pull, Pulled } from './pull.ts';

/** What keeps an instance from running; shown in the API until it runs again. */
export interface Trouble {
  state: 'failed' | 'restarting';
  /** A stable word. */
  reason: string;
  message: string;
  /** The message holds words of the engine, which may repeat what the container is made from. Not masked yet. */
  from_engine?: true;
  /** The last lines of the container's log. Not masked yet. */
  lines: readonly string[];
}

/**
 * What this process remembers of one launch, by its container's name. A value: functions give the next one. Nothing of
 * it outlives the process; after a restart it is found again from the container.
 */
export interface Work {
  launch: Launch;
  /** How far the first run got. Forward only. */
  stage: 'queued' | 'pulling' | 'downloading' | 'starting';
  /** What was last told of the model's download. */
  download: { message: string; told_ms: number } | null;
  trouble: Trouble | null;
  /** Null while there is no container. */
  container_id: string | null;
  /** The run that `health` is about, or that ended last. */
  run_id: string | null;
  /** Of the present run; null while nothing runs. */
  health: Health | null;
  /** This process started the container. */
  started_here: boolean;
  /** When it last asked for a start; null before. */
  asked_ms: number | null;
  /** Why it is being, or was last, started again; null before the first end of a run. */
  restart_reason: string | null;
  /** Why this agent stops it, to tell it from an end of its own. */
  stopping_for: { reason: string; message: string } | null;
  restarts: number;
  last_exit: ContainerExit | null;
  /** Runs and launches that failed in a row. */
  failures: number;
  retry_at_ms: number | null;
  /** The image and the model are here. */
  fetched: boolean;
  /** Null while none is under way. */
  pull: Pull | null;
  /** Its image waits for other pulls to end. */
  waits_for_pull: boolean;
  /** The last one, by this process. */
  pulled: Pulled | null;
}

export function newWork(launch: Launch): Work {
  return {
    launch,
    stage: 'queued',
    download: null,
    trouble: null,
    container_id: null,
    run_id: null,
    health: null,
    started_here: false,
    asked_ms: null,
    restart_reason: null,
    stopping_for: null,
    restarts: 0,
    last_exit: null,
    failures: 0,
    retry_at_ms: null,
    fetched: false,
    pull: null,
    waits_for_pull: false,
    pulled: null,
  };
}

/** The work after the engine was looked at: `container` is what it has under this name. Seen twice, it changes once. */
export function afterLook(work: Work, container: OwnContainer | null, nowMs: number): Work {
  if (container === null) return work.container_id === null ? work : vanished(work, nowMs);
  if (container.spec_hash !== work.launch.hash) return work;
  if (isUp(container.status)) {
    if (work.run_id === container.run_id && work.health) return work;
    return runBegan(work, container, nowMs);
  }
  const known = { ...work, container_id: container.id };
  if (!container.end || (work.run_id === container.run_id && !work.health)) return known;
  return runEnded(known, container, nowMs);
}

function runBegan(work: Work, container: OwnContainer, nowMs: number): Work {
  const unseenEnd = work.health !== null;
  const adopted = work.run_id === null && !work.started_here;
  const restarted = work.restart_reason !== null || unseenEnd;
  return {
    ...work,
    container_id: container.id,
    run_id: container.run_id,
    stage: 'starting',
    // The engine's clock and ours may differ by hours, as when it runs in a machine that slept.
    health: newHealth(
      {
        started_ms: Math.max(container.started_ms, work.asked_ms ?? Number.NEGATIVE_INFINITY),
        adopted,
      },
      nowMs,
    ),
    trouble: null,
    stopping_for: null,
    restart_reason: restarted ? (work.restart_reason ?? 'restarted') : null,
    restarts: work.restarts + (restarted ? 1 : 0),
    retry_at_ms: null,
  };
}

function runEnded(work: Work, container: OwnContainer, nowMs: number): Work {
  const { code = 0, oom_killed = false, lines = [] } = container.end ?? {};
  const failed = failedOnce(work, nowMs);
  const { stopping_for } = work;
  // Many an image runs by emulation: only one that never came up is blamed for its architecture.
  const mismatch =
    work.health?.ready_ms == null && !oom_killed ? (container.image?.mismatch ?? null) : null;
  const looping = failed.failures > 3;
  const reason =
    stopping_for?.reason ??
    (mismatch
      ? 'image_wrong_architecture'
      : looping
        ? 'crash_loop'
        : oom_killed
          ? 'oom_killed'
          : 'exited');
  const hint = mismatch
    ? `: the image is for ${mismatch.image} and this host is ${mismatch.machine}; name an image for ${mismatch.machine}, or place the deployment elsewhere`
    : '';
  const what = stopping_for?.message ?? `${exitInWords({ code, oom_killed })}${hint}`;
  const loop = looping
    ? `crash loop (${failed.failures - 1} restarts without ${healthyAgainMs / 60_000} min of health): `
    : '';
  return {
    ...failed,
    run_id: container.run_id,
    health: null,
    stopping_for: null,
    last_exit: { code, oom_killed },
    restart_reason: reason,
    trouble: {
      state: 'restarting',
      reason,
      message: `${loop}${what}; ${nextRestart(failed)}`,
      lines,
    },
  };
}

function vanished(work: Work, nowMs: number): Work {
  const failed = failedOnce(work, nowMs);
  return {
    ...failed,
    container_id: null,
    run_id: null,
    health: null,
    stopping_for: null,
    started_here: true,
    restart_reason: 'removed',
    trouble: {
      state: 'restarting',
      reason: 'removed',
      message: `the container was removed on its host, not by Longshore; ${nextRestart(failed)}`,
      lines: [],
    },
  };
}

/** The work after a probe of its run. */
export function afterAnswer(work: Work, result: ProbeResult, nowMs: number): Work {
  if (!work.health) return work;
  const health = afterProbe(work.health, work.launch.spec.health, result, nowMs);
  const came = health.phase === 'ready' && work.health.phase !== 'ready';
  // Noted while it lasts: a server that hangs after days of health has lost it by the time it is restarted.
  const failures = healthLasted(work, nowMs) ? 0 : work.failures;
  return { ...work, health, failures, trouble: came ? null : work.trouble };
}

/** A probe of what was ready found it ready: of all probes nearly every one. */
export function isAsWell(before: Work, after: Work): boolean {
  const wasWell = before.health?.phase === 'ready' && before.health.failures_in_row === 0;
  const isWell = after.health?.phase === 'ready' && after.health.failures_in_row === 0;
  return wasWell && isWell && before.failures === after.failures;
}

function healthLasted({ health }: Work, nowMs: number): boolean {
  const readyMs = health?.ready_ms ?? null;
  return readyMs !== null && nowMs - readyMs >= healthyAgainMs;
}

/** One more failure in a row, or the first after enough health. */
function failedOnce(work: Work, nowMs: number): Work {
  const failures = (healthLasted(work, nowMs) ? 0 : work.failures) + 1;
  return { ...work, failures, retry_at_ms: nowMs + restartPauseMs(failures) };
}

function nextRestart(work: Work): string {
  return `restart ${work.restarts + 1} in ${restartPauseMs(work.failures) / 1000} s`;
}

/** A step failed: it is tried again after the pause. */
export function afterFailedStep(work: Work, trouble: Trouble, nowMs: number): Work {
  const failed = failedOnce(work, nowMs);
  const { failures } = failed;
  // Each try has its number, so that it is told although the next pause is as long.
  const next = `try ${failures + 1} in ${restartPauseMs(failures) / 1000} s`;
  const message = /\.$/.test(trouble.message)
    ? `${trouble.message} Next: ${next}.`
    : `${trouble.message}; ${next}`;
  return { ...failed, pull: null, waits_for_pull: false, trouble: { ...trouble, message } };
}

/** Of Linux, on which every container runs. */
const signalNames: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/** Such as `exited with code 137 (SIGKILL)`. Codes above 128 name a signal by the shells' custom. */
export function exitInWords({ code, oom_killed }: ContainerExit): string {
  const signal = signalNames[code - 128];
  const text = `exited with code ${code}${signal ? ` (${signal})` : ''}`;
  return oom_killed ? `ran out of memory and ${text}` : text;
}
