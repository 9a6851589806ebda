import type { Clock } from '../clock.ts';

/** A clock that stands until it is moved. */
export interface ManualClock extends Clock {
  /** So many are to run once their time has come. */
  readonly pending: number;
  /** Moves on by `ms`, running what is due on the way, in order; promises get their turn between. */
  advance(ms: number): Promise<void>;
}

export function manualClock(startMs = 1_000_000): ManualClock {
  let nowMs = startMs;
  const timers = new Set<{ at: number; run: () => void }>();
  const nextDue = (until: number) =>
    [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
  return {
    get pending() {
      return timers.size;
    },
    now: () => nowMs,
    wall: () => 1_700_000_000_000 + nowMs,
    after(ms, run) {
      const timer = { at: nowMs + Math.max(0, ms), run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = nowMs + ms;
      await settled();
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.at);
        timer.run();
        await settled();
      }
      nowMs = until;
      await settled();
    },
  };
}

/** Everything that waits for promises in memory only has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once `condition` holds; looked at after each turn of the event loop. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
