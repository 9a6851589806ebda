import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TestHub } from './testing.ts';

/* What a hub's calls cost in its storage: the figures that bench/scale/cost.ts reckons with. */

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 }));
afterEach(() => vi.useRealTimers());

async function hubOf(hosts: number): Promise<TestHub> {
  const hub = new TestHub();
  for (let host = 0; host < hosts; host += 1) await hub.sync(`host_${host}`);
  return hub;
}

test.each([1, 500])('with %i hosts a sync, a bell and work cost the same', async (hosts) => {
  const hub = await hubOf(hosts);
  const costs = {
    sync: await hub.cost(() => hub.sync('host_0')),
    bell: await hub.cost(() => hub.ring('host_0', 1)),
    answer: await hub.cost(() => hub.sync('host_0', 1)),
    work: await hub.cost(() => hub.work('dep_a')),
  };
  expect(costs).toEqual({
    sync: { read: 0, written: 1 },
    // It brings the alarm forward, and notes for when.
    bell: { read: 0, written: 3 },
    answer: { read: 0, written: 1 },
    work: { read: 0, written: 2 },
  });
});

test.each([1, 500])('an alarm that finds %i hosts well', async (hosts) => {
  const hub = await hubOf(hosts);
  const warm = await hub.cost(() => hub.alarm());
  const woken = await hub.cost(async () => {
    await hub.hibernate();
    await hub.alarm();
  });
  // The organisation, when the alarm was wanted, and from when hosts are judged; then when it comes next.
  expect(warm).toEqual({ read: 3, written: 2 });
  // The organisation again, and each host once.
  expect(woken).toEqual({ read: 4 + hosts, written: 2 });
});
