import type { Links } from './links.ts';
import {
  backAgain,
  type HostMemory,
  type SilentHost,
  silentHosts,
  unansweredBells,
} from './liveness.ts';

const hostPrefix = 'host:';

/** Watches the hosts of a hub: what it remembers of each is in its storage, as the rules in liveness.ts want it. */
export class Watch {
  readonly #storage: DurableObjectStorage;
  readonly #links: Links;

  constructor(storage: DurableObjectStorage, links: Links) {
    this.#storage = storage;
    this.#links = links;
  }

  async memories(): Promise<Map<string, HostMemory>> {
    const stored = await this.#storage.list<HostMemory>({ prefix: hostPrefix });
    return new Map([...stored].map(([key, memory]) => [key.slice(hostPrefix.length), memory]));
  }

  /** A sign of life: of a link, or of a sync that says what the host holds. */
  async heard(
    hostId: string,
    now: number,
    { heldRevision, linked }: { heldRevision?: number; linked?: boolean },
  ): Promise<HostMemory> {
    const before = (await this.#memoryOf(hostId)) ?? newMemory(now);
    const answered =
      heldRevision !== undefined && before.rung && heldRevision >= before.rung.revision;
    const memory: HostMemory = {
      seenAt: now,
      offline: false,
      linked: linked ?? before.linked,
      rung: answered ? null : before.rung,
    };
    await this.#remember(hostId, memory);
    return memory;
  }

  /** The bell of a host rang. It rings again until it is answered. */
  async rang(hostId: string, revision: number, now: number): Promise<void> {
    const memory = (await this.#memoryOf(hostId)) ?? newMemory(now);
    await this.#remember(hostId, { ...memory, rung: { revision, at: now } });
  }

  async lostLink(socket: WebSocket): Promise<void> {
    const hostId = this.#links.hostOf(socket);
    const memory = hostId ? await this.#memoryOf(hostId) : undefined;
    if (!hostId || !memory) return;
    // Its pings were its signs of life until now; from here on silence counts.
    const seenAt = Math.max(memory.seenAt, this.#links.pingOf(socket) ?? 0);
    await this.#remember(hostId, { ...memory, seenAt, linked: this.#links.has(hostId, socket) });
  }

  /** Finds who of `hosts` fell silent, has `tell` write it down, and then holds them to be offline, in `hosts` too. */
  async judge(
    hosts: Map<string, HostMemory>,
    now: number,
    judgeFrom: number,
    tell: (silent: SilentHost[]) => Promise<void>,
  ): Promise<void> {
    await this.#noticeDroppedLinks(hosts, now);
    const lastPing = (hostId: string) => this.#links.lastPing(hostId);
    // One that is held to be offline but pings again is asked to say so to the database.
    for (const id of backAgain(hosts, lastPing, now)) this.#links.send(id, 0);
    const silent = silentHosts(hosts, lastPing, now, judgeFrom);
    if (silent.length === 0) return;
    await tell(silent);
    for (const { hostId } of silent) {
      const memory = await this.#memoryOf(hostId);
      if (!memory) continue;
      if (memory.seenAt === hosts.get(hostId)?.seenAt) {
        hosts.set(hostId, { ...memory, offline: true });
        await this.#remember(hostId, { ...memory, offline: true });
      } else {
        // It spoke meanwhile: a bell makes it say so to the database too.
        this.#links.send(hostId, memory.rung?.revision ?? 0);
      }
    }
  }

  /** Rings those of `hosts` again that did not answer, and notes it, in `hosts` too. */
  async ringAgain(hosts: Map<string, HostMemory>, now: number): Promise<void> {
    for (const { hostId, revision } of unansweredBells(hosts, now)) {
      this.#links.send(hostId, revision);
      const memory = hosts.get(hostId);
      if (!memory) continue;
      const rung = { ...memory, rung: { revision, at: now } };
      hosts.set(hostId, rung);
      await this.#remember(hostId, rung);
    }
  }

  /**
   * A deploy drops every link without a word, and the pings of a link are stored nowhere: a host that had one and has
   * none now is silent from now on, not from its last call.
   */
  async #noticeDroppedLinks(hosts: Map<string, HostMemory>, now: number): Promise<void> {
    for (const [id, memory] of hosts) {
      if (!memory.linked || this.#links.has(id)) continue;
      const known: HostMemory = { ...memory, linked: false, seenAt: now };
      hosts.set(id, known);
      await this.#remember(id, known);
    }
  }

  async #memoryOf(hostId: string): Promise<HostMemory | undefined> {
    return this.#storage.get<HostMemory>(hostPrefix + hostId);
  }

  async #remember(hostId: string, memory: HostMemory): Promise<void> {
    await this.#storage.put(hostPrefix + hostId, memory);
  }
}

function newMemory(now: number): HostMemory {
  return { seenAt: now, offline: false, linked: false, rung: null };
}
