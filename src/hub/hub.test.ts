import { beforeEach, expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import { clockMs, ringAgainMs } from './liveness.ts';

// Nothing but the base class, which keeps what it is given; the runtime alone has this module.
vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    constructor(
      readonly ctx: unknown,
      readonly env: unknown,
    ) {}
  },
}));
vi.stubGlobal('WebSocketRequestResponsePair', class {});

const { createHub } = await import('./hub.ts');

const start = 1_000_000;
const org = 'org_a';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start });
  return () => vi.useRealTimers();
});

/** The storage of an object, which counts rows as they are billed: an alarm that is set is a row written. */
function countingStorage() {
  const rows = new Map<string, string>();
  const counted = { read: 0, written: 0 };
  let alarm: number | null = null;
  const storage = {
    async get(key: string) {
      counted.read += 1;
      const text = rows.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async put(key: string, value: unknown) {
      counted.written += 1;
      rows.set(key, JSON.stringify(value));
    },
    async delete(key: string) {
      counted.written += 1;
      return rows.delete(key);
    },
    async list({ prefix }: { prefix: string }) {
      const found = [...rows].filter(([key]) => key.startsWith(prefix));
      counted.read += found.length;
      return new Map(found.map(([key, text]) => [key, JSON.parse(text)]));
    },
    getAlarm: async () => alarm,
    async setAlarm(at: number) {
      counted.written += 1;
      alarm = at;
    },
  };
  return {
    storage,
    alarmAt: () => alarm,
    /** What `work` reads and writes. */
    async cost(work: () => Promise<unknown>) {
      Object.assign(counted, { read: 0, written: 0 });
      await work();
      return { ...counted };
    },
    /** Waits for the alarm and lets it ring. */
    async ring(hub: { alarm(): Promise<void> }) {
      vi.setSystemTime(alarm ?? Number.NaN);
      alarm = null;
      await hub.alarm();
    },
  };
}

/** A hub that was told of so many hosts by their syncs. */
async function hubOf(hosts: number) {
  const counting = countingStorage();
  const Hub = createHub({
    hostsFellSilent: async () => {},
    reconcile: async () => null,
    waitingDeployments: async () => [],
  });
  const state = {
    storage: counting.storage,
    getWebSockets: () => [],
    setWebSocketAutoResponse: () => {},
  };
  // Of the state it uses no more than that, and of the environment nothing.
  const hub = new Hub(state as unknown as DurableObjectState, {} as Env);
  for (let host = 0; host < hosts; host++) await hub.seen(org, `host_${host}`, 0);
  return { hub, ...counting };
}

test('a sync, a bell and work read as much of a hub with 500 hosts as of one with a single host', async () => {
  const bell = [{ hostId: 'host_0', revision: 1 }];
  for (const hosts of [1, 500]) {
    const { hub, cost } = await hubOf(hosts);
    expect(await cost(() => hub.seen(org, 'host_0', 0))).toEqual({ read: 2, written: 1 });
    // It also brings the alarm forward, and notes for when.
    expect(await cost(() => hub.ring(org, bell))).toEqual({ read: 2, written: 3 });
    expect(await cost(() => hub.seen(org, 'host_0', 1))).toEqual({ read: 2, written: 1 });
    const work = { deployments: ['dep_a'], roomGrew: false };
    expect(await cost(() => hub.wake(org, work))).toEqual({ read: 3, written: 3 });
  }
});

test('an alarm that finds all well reads each host once, and writes when it comes next', async () => {
  for (const hosts of [1, 500]) {
    const begun = Date.now();
    const { hub, cost, ring, alarmAt } = await hubOf(hosts);
    // Organisation twice, the time that was wanted, and from when hosts are judged.
    expect(await cost(() => ring(hub))).toEqual({ read: hosts + 4, written: 2 });
    expect(alarmAt()).toBe(begun + 2 * clockMs);
  }
});

test('a bell brings the alarm forward; a sync does not put it off', async () => {
  const { hub, alarmAt } = await hubOf(1);
  expect(alarmAt()).toBe(start + clockMs);
  await hub.ring(org, [{ hostId: 'host_0', revision: 1 }]);
  expect(alarmAt()).toBe(start + ringAgainMs);
  await hub.seen(org, 'host_0', 0);
  expect(alarmAt()).toBe(start + ringAgainMs);
});

test('a hub whose hosts are all silent sets no alarm', async () => {
  const { hub, ring, alarmAt } = await hubOf(3);
  await ring(hub);
  await ring(hub);
  expect(alarmAt()).toBe(start + 3 * clockMs);
  await ring(hub);
  expect(alarmAt()).toBe(null);
  await hub.seen(org, 'host_0', 0);
  expect(alarmAt()).not.toBe(null);
});
