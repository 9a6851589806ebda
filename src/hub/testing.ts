import { vi } from 'vitest';
import { type ClockStorage, type Duties, HubCore } from './core.ts';
import type { LinkBook } from './watch.ts';
import { type Admission, type Touched, type Watcher, Watchers } from './watchers.ts';

interface Rows {
  read: number;
  written: number;
}

/**
 * The storage of a Durable Object, in memory, which counts rows as they are billed: an alarm that is set is a row
 * written. `forgetAlarm`: it fired, or the platform lost it.
 */
export function newStorage(): ClockStorage & { forgetAlarm(): void; readonly rows: Rows } {
  const rows: Rows = { read: 0, written: 0 };
  const stored = new Map<string, string>();
  let alarm: number | null = null;
  const parse = <Value>(text: string): Value => JSON.parse(text);
  return {
    rows,
    get: async <Value>(key: string) => {
      rows.read += 1;
      const text = stored.get(key);
      return text === undefined ? undefined : parse<Value>(text);
    },
    put: async (key, value) => {
      rows.written += 1;
      stored.set(key, JSON.stringify(value));
    },
    delete: async (key) => {
      rows.written += 1;
      return stored.delete(key);
    },
    list: async <Value>({ prefix }: { prefix: string }) => {
      const found = [...stored]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      rows.read += found.length;
      return new Map(found.map(([key, text]) => [key, parse<Value>(text)]));
    },
    getAlarm: async () => alarm,
    setAlarm: async (at) => {
      rows.written += 1;
      alarm = at;
    },
    forgetAlarm: () => {
      alarm = null;
    },
  };
}

interface OpenLink {
  pingedAt: number;
}

/**
 * A hub with its storage, its links and its clock, on virtual time: call `vi.useFakeTimers({ toFake: ['Date'] })`
 * first. Links ping every 8 s until they are cut.
 */
export class TestHub {
  readonly #links = new Map<string, OpenLink>();
  /** Their pings come no more, and nobody was told: half open. */
  readonly #mute = new Set<string>();
  readonly #storage = newStorage();
  #core: HubCore;
  /** Work that no call waits for; the tests do. */
  #background: Promise<void> = Promise.resolve();
  readonly #watchers = new Set<Watcher>();
  /** What is to happen a moment later: `settle` does it. */
  readonly #moments: (() => void)[] = [];
  /** What was sent through links: host, revision and when. */
  readonly bells: { hostId: string; revision: number; at: number }[] = [];
  /** What was written down. */
  readonly verdicts: { hostId: string; verdict: 'offline' | 'suspect'; at: number }[] = [];
  /** When each deployment was looked at. */
  readonly looks: { deploymentId: string; at: number }[] = [];

  constructor() {
    this.#core = this.#newCore();
  }

  #newCore(): HubCore {
    const links: LinkBook = {
      has: (hostId) => this.#links.has(hostId),
      send: (hostId, revision) => {
        if (this.#links.has(hostId)) this.bells.push({ hostId, revision, at: Date.now() });
      },
      close: (hostId) => {
        this.#links.delete(hostId);
      },
      lastPing: (hostId) => this.#links.get(hostId)?.pingedAt ?? null,
    };
    const duties: Duties = {
      hostsFellSilent: async (silent) => {
        for (const { hostId } of silent) this.#note(hostId, 'offline');
      },
      hostsAreSuspect: async (hostIds) => {
        for (const hostId of hostIds) this.#note(hostId, 'suspect');
      },
      reconcile: async (deploymentId) => {
        this.looks.push({ deploymentId, at: Date.now() });
        return null;
      },
      waiting: async () => [],
      failed: (work, error) => {
        throw new Error(`${work}: ${error}`);
      },
    };
    const watchers = new Watchers({ open: () => [...this.#watchers] }, (act) => {
      this.#moments.push(act);
    });
    return new HubCore(
      this.#storage,
      links,
      watchers,
      () => duties,
      (work) => {
        this.#background = work;
      },
    );
  }

  #note(hostId: string, verdict: 'offline' | 'suspect'): void {
    this.verdicts.push({ hostId, verdict, at: Date.now() });
  }

  /** The host opens a link and, as agents do, syncs. */
  async link(hostId: string): Promise<void> {
    this.#links.set(hostId, { pingedAt: Date.now() });
    this.#mute.delete(hostId);
    await this.#core.linked('org', hostId);
    await this.sync(hostId);
  }

  async sync(hostId: string, heldRevision = 0, touched: Touched[] = []): Promise<void> {
    await this.#core.seen('org', hostId, heldRevision, touched);
  }

  /** Somebody watches; gives what they hear, and with which code they were ended. */
  async watch(admission: Admission): Promise<{ heard: string[]; ended: number[] }> {
    const heard: string[] = [];
    const ended: number[] = [];
    const watcher: Watcher = {
      admission,
      send: (text) => heard.push(text),
      close: (code) => {
        ended.push(code);
        this.#watchers.delete(watcher);
      },
    };
    this.#watchers.add(watcher);
    await this.#core.watched('org');
    return { heard, ended };
  }

  /** The link ends, and the hub is told. */
  async cut(hostId: string): Promise<void> {
    const pingedAt = this.#links.get(hostId)?.pingedAt ?? 0;
    this.#links.delete(hostId);
    await this.#core.unlinked(hostId, pingedAt, false);
  }

  /** The machine of the host vanishes; its link stays open. */
  mute(hostId: string): void {
    this.#mute.add(hostId);
  }

  /** A new instance of the hub on the same storage, without any of its links. */
  async deploy(): Promise<void> {
    this.#links.clear();
    this.#core = this.#newCore();
    await this.#core.wakeUp();
  }

  /** A new instance with its links, as after hibernation. */
  async hibernate(): Promise<void> {
    this.#core = this.#newCore();
    await this.#core.wakeUp();
  }

  async ring(hostId: string, revision: number): Promise<void> {
    await this.#core.ring('org', [{ hostId, revision }]);
  }

  async forget(hostId: string): Promise<void> {
    await this.#core.forget('org', hostId);
  }

  async forgetAll(): Promise<void> {
    await this.#core.forgetAll('org');
  }

  /** All keys of its storage. */
  async keys(): Promise<string[]> {
    return [...(await this.#storage.list({ prefix: '' })).keys()];
  }

  /** Which hosts are in storage. */
  async remembered(): Promise<string[]> {
    const stored = await this.#storage.list({ prefix: 'host:' });
    return [...stored.keys()].map((key) => key.slice('host:'.length));
  }

  isLinked(hostId: string): boolean {
    return this.#links.has(hostId);
  }

  async later(deploymentId: string, at: number): Promise<void> {
    const work = { deployments: [], roomGrew: false, later: [{ deploymentId, at }] };
    await this.#core.wake('org', work);
    await this.#background;
  }

  async work(deploymentId: string): Promise<void> {
    await this.#core.wake('org', { deployments: [deploymentId], roomGrew: false });
    await this.#background;
  }

  /** The alarm fires now, well in time. */
  async alarm(): Promise<void> {
    vi.setSystemTime((await this.#storage.getAlarm()) ?? Number.NaN);
    this.#storage.forgetAlarm();
    await this.#core.alarm();
    await this.#background;
  }

  /** What `act` reads and writes in storage. */
  async cost(act: () => Promise<unknown>): Promise<Rows> {
    const { read, written } = this.#storage.rows;
    await act();
    const { rows } = this.#storage;
    return { read: rows.read - read, written: rows.written - written };
  }

  loseAlarm(): void {
    this.#storage.forgetAlarm();
  }

  async poke(): Promise<void> {
    await this.#core.poke('org');
  }

  /** Lets time pass, second by second; alarms fire when they are due, `lateMs` late. */
  async pass(seconds: number, { lateMs = 0 } = {}): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      vi.setSystemTime(Date.now() + 1000);
      const now = Date.now();
      for (const [hostId, link] of this.#links) {
        if (!this.#mute.has(hostId) && now - link.pingedAt >= 8_000) link.pingedAt = now;
      }
      const alarm = await this.#storage.getAlarm();
      if (alarm === null || now < alarm + lateMs) continue;
      this.#storage.forgetAlarm();
      await this.#core.alarm();
      await this.#background;
    }
  }
}
