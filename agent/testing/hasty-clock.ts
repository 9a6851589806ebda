import type { Clock } from '../clock.ts';

export interface HastyClock extends Clock {
  /** How long each pause was that passed. */
  readonly pauses: number[];
  /** What waits for this long without a sign of life has waited for it. */
  expireLimits(): void;
}

/** A clock on which pauses pass at once, and limits (timers of `limitMs`) only when they are told to. */
export function hastyClock(limitMs: number): HastyClock {
  let nowMs = 1_000_000;
  const pauses: number[] = [];
  const limits = new Set<() => void>();
  return {
    pauses,
    now: () => nowMs,
    wall: () => 1_700_000_000_000 + nowMs,
    after(ms, run) {
      if (ms === limitMs) {
        limits.add(run);
        return () => limits.delete(run);
      }
      const passes = setImmediate(() => {
        nowMs += ms;
        pauses.push(ms);
        run();
      });
      return () => clearImmediate(passes);
    },
    expireLimits() {
      nowMs += limitMs;
      for (const run of [...limits]) {
        limits.delete(run);
        run();
      }
    },
  };
}
