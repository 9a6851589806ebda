import { firstRetryMs, retryInMs } from './retry.ts';

/** Work for the planner. Times are milliseconds since 1970. */
export interface Work {
  /** Deployments to look at now, by id. */
  deployments: string[];
  /** Those that wait for room shall be looked at. */
  roomGrew: boolean;
  /** Deployments to look at at a time. */
  later?: { deploymentId: string; at: number }[];
}

/** What the planner does with it. */
export interface Planner {
  /** Takes the next step of one deployment. @returns when it wants to be looked at again; null: when something happens */
  reconcile(deploymentId: string): Promise<number | null>;
  /** The deployments that wait for room, in the order in which they get it. */
  waiting(): Promise<string[]>;
}

/** What the queue needs of the storage of a Durable Object. */
export interface QueueStorage {
  get<Value>(key: string): Promise<Value | undefined>;
  put<Value>(key: string, value: Value): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** In the order of the keys. */
  list<Value>(options: { prefix: string }): Promise<Map<string, Value>>;
}

/** Noted work: how often it failed in a row, before when it is not tried, and its place among what waits for room. */
interface Entry {
  failures: number;
  notBefore: number;
  /** 0: it does not wait for room, and need not wait for those that do. */
  turn: number;
}

const fresh: Entry = { failures: 0, notBefore: 0, turn: 0 };

const workPrefix = 'work:';
const laterPrefix = 'later:';
const roomKey = `${workPrefix}*`;

/**
 * The work of a hub, kept in its storage until it is done. Work: noted -> taken -> done; or failed -> noted for later.
 * Twice: the same work is noted once, and again while it is being done. Late: a time that has passed means now.
 * Never: work that was taken when the hub died is found by the cron.
 */
export class WorkQueue {
  readonly #storage: QueueStorage;
  readonly #planner: Planner;
  /** One piece at a time. Lost with hibernation, when nothing runs anyway. */
  #working = false;

  constructor(storage: QueueStorage, planner: Planner) {
    this.#storage = storage;
    this.#planner = planner;
  }

  async note(work: Work, now: number): Promise<void> {
    for (const id of work.deployments) await this.#noteNow(workPrefix + id, now);
    if (work.roomGrew) await this.#noteNow(roomKey, now);
    for (const { deploymentId, at } of work.later ?? []) await this.#noteLater(deploymentId, at);
  }

  /** When the next of it is due; null without any. */
  async nextAt(): Promise<number | null> {
    const noted = await this.#storage.list<Entry>({ prefix: workPrefix });
    const later = await this.#storage.list<number>({ prefix: laterPrefix });
    const times = [...[...noted.values()].map(({ notBefore }) => notBefore), ...later.values()];
    return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null;
  }

  /** Does all that is due. What fails is noted for later, and told to `failed`. */
  async run(failed: (work: string, error: unknown) => void): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      await this.#fetchDue(Date.now());
      for (;;) {
        const noted = await this.#storage.list<Entry>({ prefix: workPrefix });
        const now = Date.now();
        const due = [...noted].filter(([, { notBefore }]) => notBefore <= now);
        const next = due.sort(([, left], [, right]) => left.turn - right.turn)[0];
        if (!next) return;
        const [key, { failures, turn }] = next;
        await this.#storage.delete(key);
        try {
          await this.#workOn(key);
        } catch (error) {
          const notBefore = Date.now() + retryInMs(failures + 1);
          await this.#storage.put<Entry>(key, { failures: failures + 1, notBefore, turn });
          failed(key, error);
        }
      }
    } finally {
      this.#working = false;
    }
  }

  /** What failed and is asked for again need not wait long: whoever asks found the database well. */
  async #noteNow(key: string, now: number, turn?: number): Promise<void> {
    const known = await this.#storage.get<Entry>(key);
    const entry = known && known.failures > 0 ? known : fresh;
    const notBefore = Math.min(entry.notBefore, now + firstRetryMs);
    // Who waits for room does not come before its turn because something else asks for it too.
    await this.#storage.put<Entry>(key, {
      ...entry,
      notBefore,
      turn: turn ?? known?.turn ?? 0,
    });
  }

  async #noteLater(deploymentId: string, at: number): Promise<void> {
    const known = await this.#storage.get<number>(laterPrefix + deploymentId);
    if (known !== undefined && known <= at) return;
    await this.#storage.put(laterPrefix + deploymentId, at);
  }

  async #fetchDue(now: number): Promise<void> {
    for (const [key, at] of await this.#storage.list<number>({ prefix: laterPrefix })) {
      if (at > now) continue;
      await this.#noteNow(workPrefix + key.slice(laterPrefix.length), now);
      await this.#storage.delete(key);
    }
  }

  async #workOn(key: string): Promise<void> {
    if (key === roomKey) {
      for (const [index, id] of (await this.#planner.waiting()).entries()) {
        await this.#noteNow(workPrefix + id, Date.now(), index + 1);
      }
      return;
    }
    const id = key.slice(workPrefix.length);
    // Its answer says anew when to look again; what is noted meanwhile stays.
    await this.#storage.delete(laterPrefix + id);
    const again = await this.#planner.reconcile(id);
    if (again !== null) await this.#noteLater(id, again);
  }
}
