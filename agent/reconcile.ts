import { restartPauseMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { Held, Launch } from './desired.ts';
import type { Containers } from './docker/containers.ts';
import type { Engine } from './docker/engine.ts';
import { EngineAwayError } from './docker/errors.ts';
import type { GrantOf } from './docker/grant.ts';
import type { PullProgress } from './docker/pull-progress.ts';
import type { Log } from './log.ts';
import type { Models } from './models/models.ts';
import { type FailedRemoval, type Flight, instanceOf, plan, type Step } from './plan.ts';
import type { probe } from './probe.ts';
import { createProbes } from './probes.ts';
import { afterProgress, beginPull, endPull } from './pull.ts';
import { type Report, report } from './report.ts';
import { type Outcome, runStep } from './run.ts';
import type { Secrets } from './secrets.ts';
import { stopReason } from './stop-reason.ts';
import { afterAnswer, afterFailedStep, afterLook, newWork, type Work } from './work.ts';

export interface ReconcilerOptions {
  engine: Engine;
  containers: Containers;
  host_id: string;
  models: Models;
  secrets: Secrets;
  grantOf: GrantOf;
  /** An instance with GPUs did not start, or ended: one of them may be the cause. */
  onGpuDoubt: () => void;
  probe: typeof probe;
  clock: Clock;
  log: Log;
  /** Something of the report may be different. */
  onChange: () => void;
}

/**
 * Brings the host's containers to the desired set, step by step: it looks, plans, begins what is planned, and looks
 * again when anything ends or the time has come. One step at a time for each instance.
 */
export interface Reconciler {
  /** `confirmed`: the control plane said, to this process, that this is its current set. */
  setDesired(held: Held | null, confirmed: boolean): void;
  /** Plans from what is known now. */
  look(): void;
  /** Null while adopted containers have not been probed yet, for 2 s at most: their state is not known. */
  report(): Report | null;
  /** Begins nothing any more. Resolves when no step is under way. */
  stop(): Promise<void>;
}

/** A step that got no answer is not repeated faster than this, however fast the engine fails. */
const awayPauseMs = 1000;
const settleMs = 2000;
const downloadToldEveryMs = 10_000;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { engine, containers, secrets, clock, log, onChange } = options;
  let launches: readonly Launch[] | null = null;
  let confirmed = false;
  let stopped = false;
  let settleBy: number | null = null;
  let cancelWake = () => {};
  let cancelSettle = () => {};
  const works = new Map<string, Work>();
  const removals = new Map<string, FailedRemoval>();
  const flights = new Map<string, Flight & { abort: AbortController; ended: Promise<void> }>();
  const probes = createProbes({
    clock,
    probe: options.probe,
    onResult(name, runId, result) {
      const work = works.get(name);
      if (!work?.health || work.run_id !== runId) return;
      works.set(name, afterAnswer(work, result, clock.now()));
      look();
    },
  });

  function look(): void {
    if (stopped) return;
    cancelWake();
    advance();
    if (containers.listed) {
      settleBy ??= startSettling();
      const next = plan({
        launches,
        confirmed,
        containers: [...containers.byName.values()],
        silent: containers.silent,
        works,
        removals,
        flights,
        now_ms: clock.now(),
      });
      for (const instance of next.aborts) abort(instance);
      for (const step of next.steps) begin(step);
      if (next.wake_at_ms !== null) {
        cancelWake = clock.after(next.wake_at_ms - clock.now(), look);
      }
    }
    probes.watch(works);
    onChange();
  }

  /** Every launch has its work, and it knows what the engine last said. */
  function advance(): void {
    const wanted = new Map((launches ?? []).map((launch) => [launch.name, launch]));
    for (const [name, work] of works) {
      if (wanted.get(name)?.hash !== work.launch.hash) works.delete(name);
    }
    for (const [name, launch] of wanted) {
      const work = works.get(name) ?? newWork(launch);
      const inSight =
        containers.listed && !containers.silent.has(name) && !flights.has(launch.spec.instance_id);
      const container = containers.byName.get(name) ?? null;
      const next = inSight ? afterLook(work, container, clock.now()) : work;
      if (launch.spec.gpu && next.last_exit !== work.last_exit) options.onGpuDoubt();
      works.set(name, next);
    }
    if (!containers.listed) return;
    for (const name of removals.keys()) if (!containers.byName.has(name)) removals.delete(name);
  }

  function startSettling(): number {
    cancelSettle = clock.after(settleMs, onChange);
    return clock.now() + settleMs;
  }

  function begin(step: Step): void {
    const instance = instanceOf(step);
    const abort = new AbortController();
    if (step.kind === 'launch' || step.kind === 'start') {
      change(step.launch.name, (work) => ({ ...work, started_here: true }));
    } else if (step.kind === 'stop') {
      change(step.launch.name, (work) => ({ ...work, stopping_for: stopReason(work, step.why) }));
    }
    const flight = { step, aborted: false, abort, ended: Promise.resolve() };
    flights.set(instance, flight);
    flight.ended = fly(step, abort.signal);
  }

  function abort(instance: string): void {
    const flight = flights.get(instance);
    if (!flight) return;
    flight.aborted = true;
    flight.abort.abort();
  }

  async function fly(step: Step, signal: AbortSignal): Promise<void> {
    const outcome = await attempt(step, signal);
    flights.delete(instanceOf(step));
    if (stopped) return;
    settle(step, outcome);
    look();
  }

  async function attempt(step: Step, signal: AbortSignal): Promise<Outcome | 'away' | 'aborted'> {
    const name = step.kind === 'remove' ? step.container.name : step.launch.name;
    try {
      const outcome = await runStep(step, {
        engine,
        containers,
        host_id: options.host_id,
        models: options.models,
        secrets: secrets.values,
        grantOf: options.grantOf,
        signal,
        onPulling: (progress) => onPulling(name, progress),
        onPulled: () => onPulled(name),
        onStarting: () => change(name, (work) => ({ ...work, asked_ms: clock.now() })),
        onDownloading: (message) => onDownloading(name, message),
      });
      if (outcome.kind !== 'done') await containers.refresh(name);
      return outcome;
    } catch (error) {
      if (error instanceof EngineAwayError) {
        // What became of the step is found by the next list.
        if (!stopped) containers.doubt();
        return 'away';
      }
      if (signal.aborted && error === signal.reason) return 'aborted';
      throw error;
    }
  }

  function onPulling(name: string, progress: PullProgress): void {
    const work = works.get(name);
    if (stopped || !work) return;
    const nowMs = clock.now();
    const pull = work.pull ? afterProgress(work.pull, progress, nowMs) : beginPull(progress, nowMs);
    works.set(name, { ...work, stage: 'pulling', trouble: null, pull });
    const isSame = work.stage === 'pulling' && !work.trouble && pull.shown === work.pull?.shown;
    if (!isSame) onChange();
  }

  function onPulled(name: string): void {
    const nowMs = clock.now();
    change(name, (work) =>
      work.pull ? { ...work, pulled: endPull(work.pull, nowMs), pull: null } : work,
    );
  }

  /** Each change costs the control plane a sync. */
  function onDownloading(name: string, message: string): void {
    const work = works.get(name);
    if (stopped || !work) return;
    const told_ms = clock.now();
    const shownSinceMs = work.trouble ? null : work.download?.told_ms;
    if (shownSinceMs != null && told_ms - shownSinceMs < downloadToldEveryMs) return;
    works.set(name, {
      ...work,
      stage: 'downloading',
      download: { message, told_ms },
      trouble: null,
    });
    onChange();
  }

  /** What the end of a step means for what comes next. */
  function settle(step: Step, outcome: Outcome | 'away' | 'aborted'): void {
    const nowMs = clock.now();
    if (step.kind !== 'remove') change(step.launch.name, (work) => ({ ...work, pull: null }));
    if (outcome === 'aborted') return;
    if (step.kind === 'remove') {
      settleRemoval(step.container.name, outcome);
      return;
    }
    const { name } = step.launch;
    if (outcome === 'away') {
      change(name, (work) => ({ ...work, stopping_for: null, retry_at_ms: nowMs + awayPauseMs }));
    } else if (outcome.kind === 'trouble') {
      const { trouble } = outcome;
      if (step.launch.spec.gpu && step.kind !== 'fetch') options.onGpuDoubt();
      log.warn('step failed', { step: step.kind, container: name, reason: trouble.reason });
      change(name, (work) => ({
        ...afterFailedStep(work, trouble, nowMs),
        stopping_for: null,
      }));
    } else if (step.kind !== 'stop') {
      change(name, (work) => ({ ...work, fetched: true, retry_at_ms: null }));
    }
  }

  function settleRemoval(name: string, outcome: Outcome | 'away'): void {
    if (outcome !== 'away' && outcome.kind === 'done') {
      removals.delete(name);
      // Its own launch, if it has one, begins anew.
      change(name, (work) => ({ ...work, container_id: null, run_id: null, health: null }));
      return;
    }
    const failures = (removals.get(name)?.failures ?? 0) + 1;
    const pauseMs = outcome === 'away' ? awayPauseMs : restartPauseMs(failures);
    const trouble = outcome === 'away' ? null : outcome.trouble;
    if (trouble)
      log.warn('step failed', { step: 'remove', container: name, reason: trouble.reason });
    removals.set(name, { failures, retry_at_ms: clock.now() + pauseMs, trouble });
  }

  function change(name: string, next: (work: Work) => Work): void {
    const work = works.get(name);
    if (work) works.set(name, next(work));
  }

  return {
    setDesired(held, isConfirmed) {
      launches = held?.launches ?? null;
      confirmed = held !== null && isConfirmed;
      look();
    },
    look,
    report() {
      if (settleBy === null) {
        return containers.tried ? { complete: false, instances: [] } : null;
      }
      const unknown = [...works.values()].some(
        ({ health }) => health?.adopted === true && health.probes === 0,
      );
      if (unknown && clock.now() < settleBy) return null;
      return report({
        launches,
        confirmed,
        listed: containers.listed,
        containers: [...containers.byName.values()],
        silent: containers.silent,
        works,
        removals,
        flights,
        secrets,
        now_ms: clock.now(),
      });
    },
    async stop() {
      stopped = true;
      cancelWake();
      cancelSettle();
      probes.stop();
      for (const flight of flights.values()) flight.abort.abort();
      await Promise.allSettled([...flights.values()].map(({ ended }) => ended));
    },
  };
}
