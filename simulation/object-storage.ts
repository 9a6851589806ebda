import type { Scheduler } from './scheduler.ts';

/** What of a Durable Object outlives it: its storage and its alarm, as workerd keeps them. */
export class ObjectStorage {
  readonly #values = new Map<string, string>();
  readonly #scheduler: Scheduler;
  readonly #onAlarm: () => void;
  #alarm: { at: number; cancel: () => void } | null = null;

  constructor(scheduler: Scheduler, onAlarm: () => void) {
    this.#scheduler = scheduler;
    this.#onAlarm = onAlarm;
  }

  /** The alarm never rings. */
  loseAlarm(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  /** The platform is late: it rings no sooner than in `ms`, and still says what it was set to. */
  delayAlarm(ms: number): void {
    if (!this.#alarm) return;
    const { at, cancel } = this.#alarm;
    cancel();
    this.#alarm = { at, cancel: this.#ringIn(Math.max(ms, at - this.#scheduler.nowMs)) };
  }

  setAlarm(at: number): void {
    this.#alarm?.cancel();
    this.#alarm = { at, cancel: this.#ringIn(at - this.#scheduler.nowMs) };
  }

  #ringIn(ms: number): () => void {
    return this.#scheduler.after(ms, () => {
      this.#alarm = null;
      this.#onAlarm();
    });
  }

  /** What one object has of it; once that object is dead, nothing is answered. */
  open(isAlive: () => boolean) {
    const never = new Promise<never>(() => {});
    const values = this.#values;
    const answer = async <Result>(act: () => Result): Promise<Result> =>
      isAlive() ? act() : never;
    // What was put under a key is what is got from it.
    const read = <Value>(text: string | undefined) =>
      text === undefined ? undefined : (JSON.parse(text) as Value);
    const keysOf = (key: string | string[]) => (Array.isArray(key) ? key : [key]);
    return {
      get: <Value>(key: string | string[]) =>
        answer(() =>
          Array.isArray(key)
            ? new Map(
                key.flatMap((one) =>
                  values.has(one) ? [[one, read<Value>(values.get(one))]] : [],
                ),
              )
            : read<Value>(values.get(key)),
        ),
      put: (key: string | Record<string, unknown>, value?: unknown) =>
        answer(() => {
          const entries = typeof key === 'string' ? [[key, value] as const] : Object.entries(key);
          for (const [one, its] of entries) values.set(one, JSON.stringify(its));
        }),
      delete: (key: string | string[]) =>
        answer(() => {
          const gone = keysOf(key).filter((one) => values.delete(one)).length;
          return Array.isArray(key) ? gone : gone > 0;
        }),
      list: <Value>({ prefix = '' }: { prefix?: string } = {}) =>
        answer(
          () =>
            new Map(
              [...values]
                .filter(([key]) => key.startsWith(prefix))
                .sort(([one], [other]) => (one < other ? -1 : 1))
                .map(([key, text]) => [key, read<Value>(text)]),
            ),
        ),
      getAlarm: () => answer(() => this.#alarm?.at ?? null),
      setAlarm: (at: number | Date) => answer(() => this.setAlarm(Number(at))),
      deleteAlarm: () => answer(() => this.loseAlarm()),
    };
  }
}
