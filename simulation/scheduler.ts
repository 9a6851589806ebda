import type { Clock } from '../agent/clock.ts';

/** Where the virtual clocks begin: some day. */
const beginMs = 1_700_000_000_000;
const storyLength = 120;

interface Entry {
  at: number;
  order: number;
  run: () => unknown;
}

/** Virtual time: what is due begins one after another, in the order of its time and then of its asking. */
export class Scheduler {
  nowMs = beginMs;
  /** What happened last, for whoever must understand a failure. */
  readonly story: string[] = [];
  readonly #entries: Entry[] = [];
  #order = 0;
  #failure: unknown = null;

  /** For agents: their monotonic clock and the time of day are the same here. */
  readonly clock: Clock = {
    now: () => this.nowMs,
    wall: () => this.nowMs,
    after: (ms, run) => this.after(ms, run),
  };

  /** Begins `run` once after `ms`; the result cancels it. What it throws ends the simulation. */
  after(ms: number, run: () => unknown): () => void {
    // In whole milliseconds, as the time of day is read.
    const at = this.nowMs + Math.ceil(Math.max(0, ms));
    const entry = { at, order: this.#order++, run };
    // From the end: most things are due later than what waits.
    let place = this.#entries.length;
    while (place > 0 && isLater(this.#entries[place - 1], entry)) place -= 1;
    this.#entries.splice(place, 0, entry);
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass until `promise` has ended. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    promise.then(end, end);
    await settled();
    while (!ended && (await this.#runNext(Number.POSITIVE_INFINITY)));
    return promise;
  }

  note(text: string): void {
    this.story.push(`${((this.nowMs - beginMs) / 1000).toFixed(3).padStart(9)} s  ${text}`);
    if (this.story.length > storyLength) this.story.shift();
  }

  /** Lets `ms` pass; `check` is called after each thing that ran. */
  async advance(ms: number, check: () => void | Promise<void>): Promise<void> {
    const until = this.nowMs + ms;
    while (await this.#runNext(until)) await check();
    this.nowMs = until;
  }

  async #runNext(until: number): Promise<boolean> {
    const [next] = this.#entries;
    if (!next || next.at > until) return false;
    this.#entries.shift();
    this.nowMs = Math.max(this.nowMs, next.at);
    // It may wait for things that are due later.
    Promise.resolve(next.run()).catch((error: unknown) => {
      this.#failure ??= error;
    });
    await settled();
    if (this.#failure !== null) throw this.#failure;
    return true;
  }
}

function isLater(one: Entry | undefined, other: Entry): boolean {
  return one !== undefined && one.at > other.at;
}

/** Everything that waits for promises in memory only has run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
