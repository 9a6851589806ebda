import { firstRetryMs, retryInMs } from './retry.ts';
import { type HubStorage, StoredMap } from './stored-map.ts';

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
  /**
   * Takes the next step of one deployment. `inLine`: it has its turn among those that wait for room, right after
   * another. @returns when it wants to be looked at again; null: when something happens
   */
  reconcile(deploymentId: string, turn: { inLine: boolean }): Promise<number | null>;
  /** A line of those that wait for room begins. @returns the deployments, in the order in which they get it */
  waiting(): Promise<string[]>;
}

/** Noted work: how often it failed in a row, before when it is not tried, and its place among what waits for room. */
interface Entry {
  failures: number;
  notBefore: number;
  /** 0: it does not wait for room, and need not wait for those that do. */
  turn: number;
}

const fresh: Entry = { failures: 0, notBefore: 0, turn: 0 };

/** In the place of a deployment: those that wait for room. It comes first, since it gives them their turns. */
const room = '*';
const beforeAll = -1;

/**
 * The work of a hub, kept in its storage until it is done. Work: noted -> taken -> done; or failed -> noted for later.
 * Twice: the same work is noted once, and again while it is being done. Late: a time that has passed means now.
 * Never: work that was taken when the hub died is found by the cron.
 */
export class WorkQueue {
  readonly #noted: StoredMap<Entry>;
  readonly #later: StoredMap<number>;
  readonly #planner: Planner;
  /** One piece at a time. Lost with hibernation, when nothing runs anyway. */
  #working = false;

  constructor(storage: HubStorage, planner: Planner) {
    // An older version kept a 1: work that is due.
    this.#noted = new StoredMap(storage, 'work:', (stored) =>
      stored === 1 ? fresh : asEntry(stored),
    );
    this.#later = new StoredMap(storage, 'later:', Number);
    this.#planner = planner;
  }

  async note(work: Work, now: number): Promise<void> {
    for (const id of work.deployments) await this.#noteNow(id, now);
    if (work.roomGrew) await this.#noteNow(room, now, beforeAll);
    for (const { deploymentId, at } of work.later ?? []) await this.#noteLater(deploymentId, at);
  }

  /** All of it is off. What is being done goes on, and finds nothing. */
  async clear(): Promise<void> {
    await this.#noted.clear();
    await this.#later.clear();
  }

  /** When the next of it is due; null without any. */
  async nextAt(): Promise<number | null> {
    const noted = [...(await this.#noted.all()).values()];
    const times = [
      ...noted.map(({ notBefore }) => notBefore),
      ...(await this.#later.all()).values(),
    ];
    return times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : null;
  }

  /** Does all that is due. What fails is noted for later, and told to `failed`. */
  async run(failed: (work: string, error: unknown) => void): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      await this.#fetchDue(Date.now());
      for (;;) {
        const noted = await this.#noted.all();
        const now = Date.now();
        const due = [...noted].filter(([, { notBefore }]) => notBefore <= now);
        const next = due.sort(([, left], [, right]) => left.turn - right.turn)[0];
        if (!next) return;
        const [work, { failures, turn }] = next;
        await this.#noted.delete(work);
        try {
          await this.#workOn(work, turn);
        } catch (error) {
          const notBefore = Date.now() + retryInMs(failures + 1);
          await this.#noted.set(work, { failures: failures + 1, notBefore, turn });
          failed(work, error);
        }
      }
    } finally {
      this.#working = false;
    }
  }

  /** What failed and is asked for again need not wait long: whoever asks found the database well. */
  async #noteNow(work: string, now: number, turn?: number): Promise<void> {
    const known = await this.#noted.get(work);
    const entry = known && known.failures > 0 ? known : fresh;
    const notBefore = Math.min(entry.notBefore, now + firstRetryMs);
    // Who waits for room does not come before its turn because something else asks for it too.
    await this.#noted.set(work, { ...entry, notBefore, turn: turn ?? known?.turn ?? 0 });
  }

  async #noteLater(deploymentId: string, at: number): Promise<void> {
    const known = await this.#later.get(deploymentId);
    if (known !== undefined && known <= at) return;
    await this.#later.set(deploymentId, at);
  }

  async #fetchDue(now: number): Promise<void> {
    for (const [deploymentId, at] of [...(await this.#later.all())]) {
      if (at > now) continue;
      await this.#noteNow(deploymentId, now);
      await this.#later.delete(deploymentId);
    }
  }

  async #workOn(work: string, turn: number): Promise<void> {
    if (work === room) {
      for (const [index, id] of (await this.#planner.waiting()).entries()) {
        await this.#noteNow(id, Date.now(), index + 1);
      }
      return;
    }
    // Its answer says anew when to look again; what is noted meanwhile stays.
    await this.#later.delete(work);
    const again = await this.#planner.reconcile(work, { inLine: turn > 0 });
    if (again !== null) await this.#noteLater(work, again);
  }
}

function asEntry(stored: unknown): Entry {
  return stored as Entry; // nothing else is stored under this prefix
}
