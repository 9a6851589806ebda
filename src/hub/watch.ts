import {
  backAgain,
  graceAfterFall,
  type HostMemory,
  newMemory,
  newSuspects,
  type SilentHost,
  silentHosts,
  unansweredBells,
  vainBells,
} from './liveness.ts';
import { type HubStorage, StoredMap } from './stored-map.ts';

/** The open links of a hub, as far as the watch is concerned. */
export interface LinkBook {
  has(hostId: string): boolean;
  /** Rings the host's doorbell, if it has a link. */
  send(hostId: string, revision: number): void;
  /** Ends what links the host has. */
  close(hostId: string): void;
  /** When the host pinged last through a link that is open; null without one. */
  lastPing(hostId: string): number | null;
}

/** Writes down what the watch found. */
export interface Verdicts {
  silent(hosts: SilentHost[]): Promise<void>;
  suspect(hostIds: string[]): Promise<void>;
}

const hostPrefix = 'host:';
const judgeFromKey = 'judge_from';

/** A new grace that ends so little later than the one before is not worth a write. */
const sameGraceMs = 1_000;

/** Watches the hosts of a hub: what it remembers of each is in its storage, as the rules in liveness.ts want it. */
export class Watch {
  readonly #storage: HubStorage;
  readonly #links: LinkBook;
  readonly #memories: StoredMap<HostMemory>;

  constructor(storage: HubStorage, links: LinkBook) {
    this.#storage = storage;
    this.#links = links;
    this.#memories = new StoredMap<HostMemory>(storage, hostPrefix, (stored) => ({
      // What an older version kept may lack what came since.
      ...newMemory(0),
      ...(stored as Partial<HostMemory>), // nothing else is ever stored under this prefix
    }));
  }

  memories(): Promise<ReadonlyMap<string, HostMemory>> {
    return this.#memories.all();
  }

  /**
   * Goes before anything else that an instance of the hub does, above all before it takes a link: a deploy ends the
   * instance and drops every link without a word, and the pings of a link are stored nowhere. A host that had a link
   * and has none now is silent from now on, not from its last call.
   */
  async wakeUp(now: number): Promise<void> {
    await this.#noticeDroppedLinks(now);
  }

  /** The host opened a link. What the database holds of it is for its next sync to mend: the bell asks for one. */
  async linked(hostId: string, now: number): Promise<void> {
    const before = await this.#memoryOf(hostId, now);
    const { rung, offline, suspect } = before;
    await this.#memories.set(hostId, { ...before, seenAt: now, linked: true, linkedAt: now });
    if (rung || offline || suspect) this.#links.send(hostId, rung?.revision ?? 0);
  }

  /** A sync of the host arrived; the database knows by it that the host is there. */
  async synced(hostId: string, heldRevision: number, now: number): Promise<void> {
    const before = await this.#memoryOf(hostId, now);
    const { rung, offline, suspect } = before;
    const answered = rung && heldRevision >= rung.revision;
    await this.#memories.set(hostId, {
      ...before,
      seenAt: now,
      offline: false,
      suspect: false,
      rung: answered ? null : rung,
    });
    // The hub's own word may have reached the database after this sync: the next one is surely later.
    if (offline || suspect) this.#links.send(hostId, heldRevision);
  }

  /** The bell of a host rang. It rings again until it is answered. */
  async rang(hostId: string, revision: number, now: number): Promise<void> {
    const before = await this.#memoryOf(hostId, now);
    const { rung } = before;
    const since = rung && rung.revision >= revision ? (rung.since ?? now) : now;
    await this.#memories.set(hostId, { ...before, rung: { revision, at: now, since } });
  }

  /** The host was removed or revoked. What its links do while they close finds no memory, and makes none. */
  async forget(hostId: string): Promise<void> {
    await this.#memories.delete(hostId);
    this.#links.close(hostId);
  }

  /** All hosts were removed. */
  async forgetAll(): Promise<void> {
    for (const hostId of [...(await this.memories()).keys()]) await this.forget(hostId);
    await this.#storage.delete(judgeFromKey);
  }

  /** A link of the host fell, which had pinged last at `pingedAt`. */
  async unlinked(hostId: string, pingedAt: number, isLinkedStill: boolean, now: number) {
    const memory = await this.#memories.get(hostId);
    if (!memory || isLinkedStill) return;
    // Its pings were its signs of life until now; from here on silence counts.
    const seenAt = Math.max(memory.seenAt, pingedAt);
    await this.#memories.set(hostId, { ...memory, seenAt, linked: false, unlinkedAt: now });
    await this.#giveGraceAfterFall();
  }

  /** Nobody is judged before `until`. */
  async giveGrace(until: number): Promise<void> {
    if (until - (await this.#judgeFrom()) > sameGraceMs) {
      await this.#storage.put(judgeFromKey, until);
    }
  }

  /** Finds who fell silent or lost its link, has it written down, and then holds them to be so. */
  async judge(now: number, verdicts: Verdicts): Promise<void> {
    await this.#noticeDroppedLinks(now);
    const hosts = await this.memories();
    const lastPing = (hostId: string) => this.#links.lastPing(hostId);
    // One that is held to be away but pings is asked to say so to the database.
    for (const id of backAgain(hosts, lastPing, now)) this.#links.send(id, 0);
    const judgeFrom = await this.#judgeFrom();
    const silent = silentHosts(hosts, lastPing, now, judgeFrom);
    if (silent.length > 0) {
      const ids = silent.map(({ hostId }) => hostId);
      await this.#pass(ids, { offline: true, suspect: false }, () => verdicts.silent(silent));
    }
    const suspects = newSuspects(hosts, now, judgeFrom);
    if (suspects.length > 0) {
      await this.#pass(suspects, { suspect: true }, () => verdicts.suspect(suspects));
    }
  }

  async ringAgain(now: number): Promise<void> {
    for (const hostId of vainBells(await this.memories(), now)) {
      const memory = await this.#memoryOf(hostId, now);
      await this.#memories.set(hostId, { ...memory, rung: null });
    }
    for (const { hostId, revision } of unansweredBells(await this.memories(), now)) {
      this.#links.send(hostId, revision);
      await this.rang(hostId, revision, now);
    }
  }

  /** Writes a verdict down. Whoever spoke meanwhile may have been written down before it, and is asked to speak again. */
  async #pass(
    hostIds: readonly string[],
    verdict: Partial<HostMemory>,
    tell: () => Promise<void>,
  ): Promise<void> {
    const before = new Map(await this.memories());
    await tell();
    for (const id of hostIds) {
      const memory = await this.#memories.get(id);
      if (!memory) continue;
      await this.#memories.set(id, { ...memory, ...verdict });
      if (memory.seenAt !== before.get(id)?.seenAt) {
        this.#links.send(id, memory.rung?.revision ?? 0);
      }
    }
  }

  async #noticeDroppedLinks(now: number): Promise<void> {
    let dropped = false;
    for (const [id, memory] of [...(await this.memories())]) {
      if (!memory.linked || this.#links.has(id)) continue;
      dropped = true;
      await this.#memories.set(id, { ...memory, linked: false, seenAt: now, unlinkedAt: now });
    }
    if (dropped) await this.#giveGraceAfterFall();
  }

  async #giveGraceAfterFall(): Promise<void> {
    const until = graceAfterFall(await this.memories());
    if (until !== null) await this.giveGrace(until);
  }

  async #judgeFrom(): Promise<number> {
    return (await this.#storage.get<number>(judgeFromKey)) ?? 0;
  }

  async #memoryOf(hostId: string, now: number): Promise<HostMemory> {
    return (await this.#memories.get(hostId)) ?? newMemory(now);
  }
}
