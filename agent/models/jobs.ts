import type { Progress } from './progress.ts';

export interface JobRequest {
  /** The snapshot. */
  key: string;
  /** Jobs of the same key and variant are one. */
  variant: string;
  /** Jobs of one repository take turns: they share files. */
  turn: string;
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  run: (job: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<void>;
}

/** Downloads under way. Each goes on for as long as somebody wants it. */
export interface Jobs {
  /** Resolves when the job has ended, and rejects with its failure, or with the signal's reason. */
  join(request: JobRequest): Promise<void>;
  /** Snapshots that jobs are about. */
  keys(): ReadonlySet<string>;
}

interface Job {
  key: string;
  listeners: Set<(progress: Progress) => void>;
  last: Progress | null;
  abort: AbortController;
  done: Promise<void>;
}

export function createJobs(): Jobs {
  const joinable = new Map<string, Job>();
  const all = new Set<Job>();
  const turns = new Map<string, Promise<void>>();

  /** After all that came before it; an aborted wait ends at once. */
  function inTurn(turn: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    const before = turns.get(turn) ?? Promise.resolve();
    const done = untilAborted(before, signal).then(run);
    const next = Promise.allSettled([before, done]).then(() => {
      if (turns.get(turn) === next) turns.delete(turn);
    });
    turns.set(turn, next);
    return done;
  }

  function start(name: string, { key, turn, run }: JobRequest): Job {
    const abort = new AbortController();
    const job: Job = { key, listeners: new Set(), last: null, abort, done: Promise.resolve() };
    const onProgress = (progress: Progress) => {
      job.last = progress;
      for (const listener of job.listeners) listener(progress);
    };
    joinable.set(name, job);
    all.add(job);
    job.done = inTurn(turn, abort.signal, () => run({ signal: abort.signal, onProgress })).finally(
      () => {
        all.delete(job);
        if (joinable.get(name) === job) joinable.delete(name);
      },
    );
    return job;
  }

  return {
    async join(request) {
      request.signal.throwIfAborted();
      const name = `${request.key}\n${request.variant}`;
      const job = joinable.get(name) ?? start(name, request);
      // Each its own, also when two hand in the same function.
      const listener = (progress: Progress) => request.onProgress(progress);
      job.listeners.add(listener);
      if (job.last) listener(job.last);
      try {
        await untilAborted(job.done, request.signal);
      } finally {
        job.listeners.delete(listener);
        if (job.listeners.size === 0 && all.has(job)) {
          // Whoever comes now begins a new one, after this one has let go of its files.
          joinable.delete(name);
          job.abort.abort();
          await job.done.catch(() => {});
        }
      }
    },
    keys: () => new Set([...all].map(({ key }) => key)),
  };
}

function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
