import { registryOf } from '../contract/registry.ts';
import { restartPauseMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Launch } from './desired.ts';
import type { Containers } from './docker/containers.ts';
import type { PullProgress } from './docker/pull-progress.ts';
import type { ProbeResult } from './health.ts';
import { isForLogin } from './images/errors.ts';
import type { Log } from './log.ts';
import type { FailedRemoval, Step } from './plan.ts';
import { afterProgress, beginPull, endPull } from './pull.ts';
import type { Outcome } from './run.ts';
import { stopReason } from './stop-reason.ts';
import { afterAnswer, afterFailedStep, afterLook, isAsWell, newWork, type Work } from './work.ts';

/** How a step ended. `away`: the engine gave no answer. */
export type StepEnd = Outcome | 'away' | 'aborted';

export interface WorksOptions {
  /** An instance with GPUs did not start, or ended: one of them may be the cause. */
  onGpuDoubt: () => void;
  clock: Clock;
  log: Log;
  /** A step under way has something new to show. */
  onChange: () => void;
}

/** The work on each launch of the desired set, as it changes by what is seen, and by steps that begin, go on and end. */
export interface Works {
  /** By container name. */
  readonly byName: ReadonlyMap<string, Work>;
  /** By container name. */
  readonly removals: ReadonlyMap<string, FailedRemoval>;
  /**
   * Every launch has its work, and it knows what the engine last said; but for instances that are `busy`, with a step of
   * which that is not the end.
   */
  look(
    launches: readonly Launch[],
    containers: Pick<Containers, 'listed' | 'byName' | 'silent'>,
    busy: ReadonlyMap<string, unknown>,
  ): void;
  /** False: nothing follows from it, as it was of another run than the present one, or found what is ready ready again. */
  probed(name: string, runId: string | null, result: ProbeResult): boolean;
  begin(step: Step): void;
  /** The engine is asked to start the container now. */
  asked(name: string): void;
  /** The image waits for its turn to be pulled. */
  waiting(name: string): void;
  pulling(name: string, progress: PullProgress): void;
  pulled(name: string): void;
  /** Shown each 10 s at most: each change costs the control plane a sync. */
  downloading(name: string, message: string): void;
  /** What the end of a step means for what comes next. */
  settle(step: Step, end: StepEnd): void;
  /** What waits for a login at one of these registries is due now. */
  retryForLogins(servers: ReadonlySet<string>): void;
  /** What failed for this reason is due now. */
  retryFor(reason: string): void;
}

/** A step that got no answer is not repeated faster than this, however fast the engine fails. */
const awayPauseMs = 1000;
const downloadToldEveryMs = 10_000;

export function createWorks({ onGpuDoubt, clock, log, onChange }: WorksOptions): Works {
  const byName = new Map<string, Work>();
  const removals = new Map<string, FailedRemoval>();

  function look(
    launches: readonly Launch[],
    containers: Pick<Containers, 'listed' | 'byName' | 'silent'>,
    busy: ReadonlyMap<string, unknown>,
  ): void {
    const wanted = new Map(launches.map((launch) => [launch.name, launch]));
    for (const [name, work] of byName) {
      if (wanted.get(name)?.hash !== work.launch.hash) byName.delete(name);
    }
    for (const [name, launch] of wanted) {
      const work = byName.get(name) ?? newWork(launch);
      const inSight =
        containers.listed && !containers.silent.has(name) && !busy.has(launch.spec.instance_id);
      const container = containers.byName.get(name) ?? null;
      const next = inSight ? afterLook(work, container, clock.now()) : work;
      if (launch.spec.gpu && next.last_exit !== work.last_exit) onGpuDoubt();
      byName.set(name, next);
    }
    if (!containers.listed) return;
    for (const name of removals.keys()) if (!containers.byName.has(name)) removals.delete(name);
  }

  function probed(name: string, runId: string | null, result: ProbeResult): boolean {
    const work = byName.get(name);
    if (!work?.health || work.run_id !== runId) return false;
    const next = afterAnswer(work, result, clock.now());
    byName.set(name, next);
    return !isAsWell(work, next);
  }

  function begin(step: Step): void {
    if (step.kind === 'launch' || step.kind === 'start') {
      change(step.launch.name, (work) => ({ ...work, started_here: true }));
    } else if (step.kind === 'stop') {
      change(step.launch.name, (work) => ({ ...work, stopping_for: stopReason(work, step.why) }));
    }
  }

  function asked(name: string): void {
    change(name, (work) => ({ ...work, asked_ms: clock.now() }));
  }

  function waiting(name: string): void {
    change(name, (work) => ({ ...work, waits_for_pull: true }));
    onChange();
  }

  function pulling(name: string, progress: PullProgress): void {
    const work = byName.get(name);
    if (!work) return;
    const nowMs = clock.now();
    const pull = work.pull
      ? afterProgress(work.pull, progress, nowMs)
      : beginPull(progress, nowMs, work.waits_for_pull);
    byName.set(name, { ...work, stage: 'pulling', trouble: null, pull });
    const isSame = work.stage === 'pulling' && !work.trouble && pull.shown === work.pull?.shown;
    if (!isSame) onChange();
  }

  function pulled(name: string): void {
    const nowMs = clock.now();
    change(name, (work) =>
      work.pull ? { ...work, pulled: endPull(work.pull, nowMs), pull: null } : work,
    );
  }

  function downloading(name: string, message: string): void {
    const work = byName.get(name);
    if (!work) return;
    const told_ms = clock.now();
    const shownSinceMs = work.trouble ? null : work.download?.told_ms;
    if (shownSinceMs != null && told_ms - shownSinceMs < downloadToldEveryMs) return;
    byName.set(name, {
      ...work,
      stage: 'downloading',
      download: { message, told_ms },
      trouble: null,
    });
    onChange();
  }

  function settle(step: Step, end: StepEnd): void {
    const nowMs = clock.now();
    if (step.kind !== 'remove') {
      change(step.launch.name, (work) => ({ ...work, pull: null, waits_for_pull: false }));
    }
    if (end === 'aborted') return;
    if (step.kind === 'remove') {
      settleRemoval(step.container.name, end);
      return;
    }
    const { name } = step.launch;
    if (end === 'away') {
      change(name, (work) => ({ ...work, stopping_for: null, retry_at_ms: nowMs + awayPauseMs }));
    } else if (end.kind === 'trouble') {
      const { trouble } = end;
      if (step.launch.spec.gpu && step.kind !== 'fetch') onGpuDoubt();
      log.warn('step failed', { step: step.kind, container: name, reason: trouble.reason });
      change(name, (work) => ({
        ...afterFailedStep(work, trouble, nowMs),
        stopping_for: null,
      }));
    } else if (step.kind !== 'stop') {
      change(name, (work) => ({ ...work, fetched: true, retry_at_ms: null }));
    }
  }

  function settleRemoval(name: string, end: Exclude<StepEnd, 'aborted'>): void {
    if (end !== 'away' && end.kind === 'done') {
      removals.delete(name);
      // Its own launch, if it has one, begins anew.
      change(name, (work) => ({ ...work, container_id: null, run_id: null, health: null }));
      return;
    }
    const failures = (removals.get(name)?.failures ?? 0) + 1;
    const pauseMs = end === 'away' ? awayPauseMs : restartPauseMs(failures);
    const trouble = end === 'away' ? null : end.trouble;
    if (trouble)
      log.warn('step failed', { step: 'remove', container: name, reason: trouble.reason });
    removals.set(name, { failures, retry_at_ms: clock.now() + pauseMs, trouble });
  }

  function change(name: string, next: (work: Work) => Work): void {
    const work = byName.get(name);
    if (work) byName.set(name, next(work));
  }

  return {
    byName,
    removals,
    look,
    probed,
    begin,
    asked,
    waiting,
    pulling,
    pulled,
    downloading,
    settle,
    retryForLogins(servers) {
      for (const [name, work] of byName) {
        const { trouble, launch } = work;
        if (!trouble || !isForLogin(trouble.reason)) continue;
        if (servers.has(registryOf(launch.spec.image))) {
          byName.set(name, { ...work, retry_at_ms: clock.now() });
        }
      }
    },
    retryFor(reason) {
      for (const [name, work] of byName) {
        if (work.trouble?.reason === reason) {
          byName.set(name, { ...work, retry_at_ms: null });
        }
      }
    },
  };
}
