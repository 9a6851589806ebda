import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TestHub } from './testing.ts';

/*
 * What each fault of a hub costs, on virtual time. docs/reliability.md has the table; a figure that changes here
 * changes there.
 */

const start = 1_000_000_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => vi.useRealTimers());

const secondsSince = (at: number, since: number) => (at - since) / 1000;

async function hubWith(...hostIds: string[]): Promise<TestHub> {
  const hub = new TestHub();
  for (const hostId of hostIds) await hub.link(hostId);
  await hub.pass(100);
  expect(hub.verdicts).toEqual([]);
  return hub;
}

/** When each host was held to be what, in seconds since `since`. */
function verdicts(hub: TestHub, since: number): [string, string, number][] {
  return hub.verdicts.map(({ hostId, verdict, at }) => [hostId, verdict, secondsSince(at, since)]);
}

describe('a link that falls', () => {
  test('makes its host suspect after 6 s and offline after 20 s, each told once', async () => {
    const hub = await hubWith('a', 'b');
    const cutAt = Date.now();
    await hub.cut('a');
    await hub.pass(300);
    const told = verdicts(hub, cutAt);
    expect(told.map(([host, verdict]) => [host, verdict])).toEqual([
      ['a', 'suspect'],
      ['a', 'offline'],
    ]);
    const [suspectAfter = 0, offlineAfter = 0] = told.map(([, , after]) => after);
    expect(suspectAfter).toBeGreaterThanOrEqual(6);
    expect(suspectAfter).toBeLessThanOrEqual(11);
    // From the last ping, which was up to 8 s before the fall, and with a look every 10 s.
    expect(offlineAfter).toBeGreaterThanOrEqual(12);
    expect(offlineAfter).toBeLessThanOrEqual(31);
  });

  test('costs nothing when the host polls or is back within 6 s', async () => {
    const hub = await hubWith('a', 'b');
    await hub.cut('a');
    await hub.pass(5);
    await hub.sync('a');
    await hub.pass(10);
    await hub.link('a');
    await hub.cut('a');
    await hub.pass(3);
    await hub.link('a');
    await hub.pass(60);
    expect(hub.verdicts).toEqual([]);
  });

  test('that is half open is noticed by the pings that stop', async () => {
    const hub = await hubWith('a', 'b');
    const mutedAt = Date.now();
    hub.mute('a');
    await hub.pass(60);
    const [[host, verdict, after] = ['', '', 0], ...more] = verdicts(hub, mutedAt);
    expect([host, verdict, more]).toEqual(['a', 'offline', []]);
    expect(after).toBeLessThanOrEqual(30);
  });

  test('of a host that is suspect: its new link asks it for the sync that ends it', async () => {
    const hub = await hubWith('a', 'b');
    await hub.cut('a');
    await hub.pass(12);
    expect(hub.verdicts.map(({ verdict }) => verdict)).toEqual(['suspect']);
    hub.bells.length = 0;
    await hub.link('a');
    // The second makes sure that the hub's own word was not written after the sync.
    expect(hub.bells).toMatchObject([{ hostId: 'a' }, { hostId: 'a' }]);
    await hub.sync('a');
    await hub.pass(60);
    expect(hub.bells).toHaveLength(2);
    expect(hub.verdicts).toHaveLength(1);
  });

  test('and that falls again makes its host suspect again', async () => {
    const hub = await hubWith('a', 'b');
    await hub.cut('a');
    await hub.pass(12);
    await hub.link('a');
    await hub.pass(60);
    await hub.cut('a');
    await hub.pass(12);
    expect(hub.verdicts.map(({ verdict }) => verdict)).toEqual(['suspect', 'suspect']);
  });
});

test('a host that never had a link polls: it is never suspect, and offline when the polls stop', async () => {
  const hub = await hubWith('b');
  for (let poll = 0; poll < 6; poll += 1) {
    await hub.sync('poller');
    await hub.pass(5);
  }
  expect(hub.verdicts).toEqual([]);
  await hub.pass(60);
  expect(hub.verdicts).toMatchObject([{ hostId: 'poller', verdict: 'offline' }]);
});

describe('a deploy that drops every link', () => {
  test('judges nobody for 60 s: who is back by then costs no write', async () => {
    const hub = await hubWith('a', 'b', 'c');
    await hub.deploy();
    // Full jitter over 15 s.
    for (const hostId of ['b', 'c', 'a']) {
      await hub.pass(5);
      await hub.link(hostId);
    }
    await hub.pass(200);
    expect(hub.verdicts).toEqual([]);
  });

  test('who does not come back is offline after 60 s, and never suspect', async () => {
    const hub = await hubWith('a', 'b', 'c');
    const deployedAt = Date.now();
    await hub.deploy();
    await hub.link('b');
    await hub.link('c');
    await hub.pass(58);
    expect(hub.verdicts).toEqual([]);
    await hub.pass(60);
    const [[host, verdict, after] = ['', '', 0], ...more] = verdicts(hub, deployedAt);
    expect([host, verdict, more]).toEqual(['a', 'offline', []]);
    expect(after).toBeLessThanOrEqual(71);
  });

  test('told link by link it is the same', async () => {
    const hub = await hubWith('a', 'b', 'c');
    for (const hostId of ['a', 'b', 'c']) await hub.cut(hostId);
    await hub.link('a');
    await hub.pass(58);
    expect(hub.verdicts).toEqual([]);
  });

  test('the first to come back does not hide that all had fallen', async () => {
    const hub = await hubWith('a', 'b', 'c');
    await hub.deploy();
    await hub.link('a');
    await hub.pass(30);
    expect(hub.verdicts).toEqual([]);
  });

  test('hibernation is no deploy: links that stay are links, and who falls silent is judged', async () => {
    const hub = await hubWith('a', 'b');
    await hub.hibernate();
    const mutedAt = Date.now();
    hub.mute('a');
    await hub.pass(40);
    expect(verdicts(hub, mutedAt).map(([host, verdict]) => [host, verdict])).toEqual([
      ['a', 'offline'],
    ]);
  });
});

describe('an alarm that is lost', () => {
  test.each<[string, (hub: TestHub) => Promise<void>]>([
    ['a sync', (hub) => hub.sync('b')],
    ['a bell', (hub) => hub.ring('b', 1)],
    ['a link', (hub) => hub.link('b')],
    ['a link that falls', (hub) => hub.cut('b')],
    ['the cron', (hub) => hub.poke()],
  ])('is set again by %s: silence is noticed within 10 s of it', async (_name, call) => {
    const hub = await hubWith('a', 'b', 'c');
    hub.mute('a');
    hub.loseAlarm();
    await hub.pass(300);
    expect(hub.verdicts).toEqual([]);
    const calledAt = Date.now();
    await call(hub);
    await hub.pass(10);
    const [first] = verdicts(hub, calledAt).filter(([host]) => host === 'a');
    expect(first).toEqual(['a', 'offline', expect.any(Number)]);
    expect(first?.[2]).toBeLessThanOrEqual(10);
  });

  test('takes no work with it: what is noted is done after the next call', async () => {
    const hub = await hubWith('a');
    const dueAt = Date.now() + 30_000;
    await hub.later('model', dueAt);
    hub.loseAlarm();
    await hub.pass(120);
    expect(hub.looks).toEqual([]);
    await hub.poke();
    await hub.pass(10);
    expect(hub.looks).toHaveLength(1);
  });

  test('one that is over 10 s late judges nobody for 60 s', async () => {
    const hub = await hubWith('a', 'b');
    hub.mute('a');
    await hub.pass(25, { lateMs: 12_000 });
    const lateAt = Date.now();
    await hub.pass(45);
    expect(hub.verdicts).toEqual([]);
    await hub.pass(40);
    expect(verdicts(hub, lateAt)).toMatchObject([['a', 'offline', expect.any(Number)]]);
  });
});

describe('a doorbell that is not heard', () => {
  test('rings again every 5 to 10 s until a sync answers it', async () => {
    const hub = await hubWith('a', 'b');
    const rungAt = Date.now();
    await hub.ring('a', 7);
    await hub.pass(31);
    const rings = hub.bells.map(({ at }) => secondsSince(at, rungAt));
    expect(rings.length).toBeGreaterThanOrEqual(4);
    const gaps = rings.slice(1).map((at, index) => at - (rings[index] ?? 0));
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(5);
      expect(gap).toBeLessThanOrEqual(10);
    }
    await hub.sync('a', 7);
    hub.bells.length = 0;
    await hub.pass(60);
    expect(hub.bells).toEqual([]);
  });

  test('because its host has no link: it rings when the link opens', async () => {
    const hub = await hubWith('a', 'b');
    await hub.cut('a');
    await hub.ring('a', 3);
    await hub.pass(4);
    expect(hub.bells).toEqual([]);
    await hub.link('a');
    expect(hub.bells).toMatchObject([{ hostId: 'a', revision: 3 }]);
  });

  test('is still rung by the instance that follows', async () => {
    const hub = await hubWith('a', 'b');
    await hub.ring('a', 3);
    await hub.hibernate();
    hub.bells.length = 0;
    await hub.pass(10);
    expect(hub.bells[0]).toMatchObject({ hostId: 'a', revision: 3 });
  });

  test('by anybody for an hour rings no more', async () => {
    const hub = await hubWith('a', 'b');
    await hub.ring('a', 3);
    await hub.pass(3_500);
    expect(secondsSince(hub.bells.at(-1)?.at ?? 0, Date.now())).toBeGreaterThanOrEqual(-10);
    await hub.pass(200);
    hub.bells.length = 0;
    await hub.pass(600);
    expect(hub.bells).toEqual([]);
    // A newer one has an hour of its own.
    await hub.ring('a', 4);
    await hub.pass(60);
    expect(hub.bells.length).toBeGreaterThan(5);
  });
});

describe('a host that was removed', () => {
  test('leaves nothing behind, and its link is closed', async () => {
    const hub = await hubWith('a', 'b');
    await hub.ring('a', 3);
    await hub.forget('a');
    expect(hub.isLinked('a')).toBe(false);
    // The runtime tells of the end of the link after it was closed here.
    await hub.cut('a');
    hub.bells.length = 0;
    await hub.pass(120);
    expect(await hub.remembered()).toEqual(['b']);
    expect(hub.bells).toEqual([]);
    expect(hub.verdicts).toEqual([]);
  });

  test('with its whole organisation leaves nothing at all, also after hibernation', async () => {
    const hub = await hubWith('a', 'b');
    await hub.ring('a', 3);
    await hub.later('dep', Date.now() + 60_000);
    await hub.hibernate();
    await hub.forgetAll();
    expect(await hub.keys()).toEqual([]);
    expect([hub.isLinked('a'), hub.isLinked('b')]).toEqual([false, false]);
    hub.bells.length = 0;
    await hub.pass(120);
    expect(await hub.keys()).toEqual([]);
    expect([hub.bells, hub.verdicts, hub.looks]).toEqual([[], [], []]);
    // Said twice it does nothing more.
    await hub.forgetAll();
    expect(await hub.keys()).toEqual([]);
  });

  test('as the last one lets the clock stand still', async () => {
    const hub = await hubWith('a');
    await hub.forget('a');
    const { written } = await hub.cost(() => hub.pass(60));
    // The alarm that was set fires once, and no other is set.
    expect(written).toBe(0);
  });

  test('without a word to the hub is silent like another, and its bell rings for an hour at most', async () => {
    const hub = await hubWith('a', 'b');
    await hub.ring('a', 3);
    await hub.cut('a');
    await hub.pass(3_700);
    hub.bells.length = 0;
    await hub.link('a');
    expect(hub.bells.filter(({ revision }) => revision === 3)).toEqual([]);
  });
});
