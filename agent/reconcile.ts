import type { Clock } from './clock.ts';
import type { Held, Launch } from './desired.ts';
import type { Containers } from './docker/containers.ts';
import type { Engine } from './docker/engine.ts';
import { EngineAwayError } from './docker/errors.ts';
import type { GrantOf } from './docker/grant.ts';
import type { DesiredMark } from './docker/labels.ts';
import type { Images } from './images/images.ts';
import type { Log } from './log.ts';
import type { ModelReason } from './models/errors.ts';
import type { Models } from './models/models.ts';
import { type Flight, instanceOf, plan, type Step } from './plan.ts';
import type { HostPolicy } from './policy/host-policy.ts';
import type { probe } from './probe.ts';
import { createProbes } from './probes.ts';
import { type Report, report } from './report.ts';
import { policyRefused, runStep } from './run.ts';
import type { Secrets } from './secrets.ts';
import { createWorks, type StepEnd } from './works.ts';

export interface ReconcilerOptions {
  engine: Engine;
  containers: Containers;
  host_id: string;
  images: Pick<Images, 'ensure'>;
  models: Models;
  secrets: Secrets;
  grantOf: GrantOf;
  policy: HostPolicy;
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
  /** The logins at these registries are other ones now: what waits for them is tried at once. */
  loginsChanged(servers: ReadonlySet<string>): void;
  /** Plans from what is known now. */
  look(): void;
  /** What the host's policy refused is tried again, and looked at. */
  policyChanged(): void;
  /** Models can be kept again: what waits for that is tried at once. */
  modelsUsable(): void;
  /** Null while adopted containers have not been probed yet, for 2 s at most: their state is not known. */
  report(): Report | null;
  /** Begins nothing any more. Resolves when no step is under way. */
  stop(): Promise<void>;
}

const settleMs = 2000;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { engine, containers, secrets, clock, log, onChange } = options;
  let launches: readonly Launch[] | null = null;
  let confirmed = false;
  let desired: DesiredMark | null = null;
  let stopped = false;
  /** What runs on this host was known once. */
  let wasListed = false;
  let cancelWake = () => {};
  let cancelSettle = () => {};
  const works = createWorks({
    onGpuDoubt: options.onGpuDoubt,
    clock,
    log,
    onChange: () => {
      if (!stopped) onChange();
    },
  });
  const flights = new Map<string, Flight & { abort: AbortController; ended: Promise<void> }>();
  const probes = createProbes({
    clock,
    probe: options.probe,
    onResult(name, runId, result) {
      if (works.probed(name, runId, result)) look();
      else probes.watch(works.byName);
    },
  });

  function look(): void {
    if (stopped) return;
    cancelWake();
    works.look(launches ?? [], containers, flights);
    if (containers.listed) {
      wasListed = true;
      const next = plan({
        launches,
        confirmed,
        desired,
        containers: [...containers.byName.values()],
        silent: containers.silent,
        works: works.byName,
        removals: works.removals,
        flights,
        now_ms: clock.now(),
      });
      for (const instance of next.aborts) abort(instance);
      for (const step of next.steps) begin(step);
      if (next.wake_at_ms !== null) {
        cancelWake = clock.after(next.wake_at_ms - clock.now(), look);
      }
    }
    probes.watch(works.byName);
    cancelSettle();
    const settles = settlesAt();
    if (settles !== null) cancelSettle = clock.after(settles - clock.now(), onChange);
    onChange();
  }

  /** Until when the state of what was adopted is not told, unless its first probe ends before; null: it is known. */
  function settlesAt(): number | null {
    const untold = [...works.byName.values()].flatMap(({ health }) =>
      health && health.adopted_ms !== null && health.probes === 0
        ? [health.adopted_ms + settleMs]
        : [],
    );
    return untold.length > 0 ? Math.max(...untold) : null;
  }

  function begin(step: Step): void {
    const instance = instanceOf(step);
    const abort = new AbortController();
    works.begin(step);
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
    works.settle(step, outcome);
    look();
  }

  async function attempt(step: Step, signal: AbortSignal): Promise<StepEnd> {
    const name = step.kind === 'remove' ? step.container.name : step.launch.name;
    try {
      const outcome = await runStep(step, {
        engine,
        containers,
        host_id: options.host_id,
        // Steps are planned from a set only.
        desired: desired ?? { era: '', revision: 0 },
        images: options.images,
        fetched: works.byName.get(name)?.fetched ?? false,
        models: options.models,
        secrets: secrets.values,
        grantOf: options.grantOf,
        policy: options.policy,
        signal,
        onWaiting: () => works.waiting(name),
        onPulling: (progress) => works.pulling(name, progress),
        onPulled: () => works.pulled(name),
        onStarting: () => works.asked(name),
        onDownloading: (message) => works.downloading(name, message),
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

  return {
    setDesired(held, isConfirmed) {
      launches = held?.launches ?? null;
      desired = held && { era: held.era, revision: held.revision };
      confirmed = held !== null && isConfirmed;
      look();
    },
    loginsChanged(servers) {
      works.retryForLogins(servers);
      look();
    },
    look,
    policyChanged() {
      works.retryFor(policyRefused);
      look();
    },
    modelsUsable() {
      works.retryFor('model_cache_unusable' satisfies ModelReason);
      look();
    },
    report() {
      if (!wasListed) return containers.tried ? { complete: false, instances: [] } : null;
      if ((settlesAt() ?? 0) > clock.now()) return null;
      return report({
        launches,
        confirmed,
        listed: containers.listed,
        containers: [...containers.byName.values()],
        silent: containers.silent,
        works: works.byName,
        removals: works.removals,
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
