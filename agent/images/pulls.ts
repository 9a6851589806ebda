import type { PullProgress } from '../docker/pull-progress.ts';

export interface PullRequest {
  /** Pulls of the same key are one. */
  key: string;
  image: string;
  signal: AbortSignal;
  /** Its turn has not come. */
  onWaiting: () => void;
  onProgress: (progress: PullProgress) => void;
  run: (pull: PullRun) => Promise<void>;
}

export interface PullRun {
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

/** Pulls under way: one for each key however many want it, and so many at a time. Each goes on while one wants it. */
export interface Pulls {
  /** Resolves when the pull has ended, and rejects with its failure, or with the signal's reason. */
  join(request: PullRequest): Promise<void>;
  /** Images that are being pulled, or wait for their turn. */
  images(): ReadonlySet<string>;
}

interface Pull {
  image: string;
  waits: boolean;
  last: PullProgress | null;
  listeners: Set<(progress: PullProgress) => void>;
  abort: AbortController;
  done: Promise<void>;
}

export function createPulls(atOnce: number): Pulls {
  const joinable = new Map<string, Pull>();
  const all = new Set<Pull>();
  const turns = createTurns(atOnce);

  function begin({ key, image, run }: PullRequest): Pull {
    const pull: Pull = {
      image,
      waits: turns.full(),
      last: null,
      listeners: new Set(),
      abort: new AbortController(),
      done: Promise.resolve(),
    };
    const { signal } = pull.abort;
    const onProgress = (progress: PullProgress) => {
      pull.last = progress;
      for (const listener of pull.listeners) listener(progress);
    };
    joinable.set(key, pull);
    all.add(pull);
    const runInTurn = async () => {
      try {
        await turns.take(signal);
        pull.waits = false;
        try {
          await run({ signal, onProgress });
        } finally {
          turns.giveBack();
        }
      } finally {
        all.delete(pull);
        if (joinable.get(key) === pull) joinable.delete(key);
      }
    };
    pull.done = runInTurn();
    return pull;
  }

  return {
    async join(request) {
      const { key, signal } = request;
      signal.throwIfAborted();
      const pull = joinable.get(key) ?? begin(request);
      // Each its own, also when two hand in the same function.
      const listener = (progress: PullProgress) => request.onProgress(progress);
      pull.listeners.add(listener);
      if (pull.waits) request.onWaiting();
      if (pull.last) listener(pull.last);
      try {
        await orAborted(pull.done, signal);
      } finally {
        pull.listeners.delete(listener);
        if (pull.listeners.size === 0 && all.has(pull)) {
          // Whoever comes now begins a new one.
          if (joinable.get(key) === pull) joinable.delete(key);
          pull.abort.abort();
          await pull.done.catch(() => {}); // nobody is left to hear how it ended
        }
      }
    },
    images: () => new Set([...all].map(({ image }) => image)),
  };
}

/** So many at once; the others in the order in which they came. */
function createTurns(atOnce: number) {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    full: () => taken >= atOnce,
    async take(signal: AbortSignal): Promise<void> {
      if (taken < atOnce) {
        taken++;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const go = () => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(go), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.push(go);
      });
    },
    /** The turn goes to the next one, or is free. */
    giveBack(): void {
      const next = waiting.shift();
      if (next) next();
      else taken--;
    },
  };
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
