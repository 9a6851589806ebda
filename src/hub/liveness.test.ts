import { describe, expect, test } from 'vitest';
import {
  backAgain,
  graceAfterFall,
  type HostMemory,
  newMemory,
  newSuspects,
  nextAlarmIn,
  silentHosts,
  unansweredBells,
} from './liveness.ts';

const memory = (change: Partial<HostMemory> = {}): HostMemory => ({ ...newMemory(0), ...change });
const hosts = (one: HostMemory) => new Map([['h', one]]);
type LastPing = () => number | null;
const noPing: LastPing = () => null;

describe('silence', () => {
  test.each<[string, HostMemory, LastPing, number, number[]]>([
    ['heard 20 s ago', memory({ seenAt: 80_000 }), noPing, 0, []],
    ['heard longer ago', memory({ seenAt: 79_999 }), noPing, 0, [79_999]],
    ['its link still pings', memory(), () => 85_000, 0, []],
    ['its link is half open: the pings have stopped', memory(), () => 70_000, 0, [70_000]],
    ['known to be offline already', memory({ offline: true }), noPing, 0, []],
    ['the hub itself was away', memory(), noPing, 100_001, []],
  ])('%s', (_name, one, lastPing, judgeFrom, silent) => {
    expect(silentHosts(hosts(one), lastPing, 100_000, judgeFrom)).toEqual(
      silent.map((seenAt) => ({ hostId: 'h', seenAt })),
    );
  });
});

describe('a bell that nobody answers', () => {
  test('rings again after 5 s, with the same revision', () => {
    const rung = { revision: 7, at: 1000 };
    expect(unansweredBells(hosts(memory({ rung })), 5999)).toEqual([]);
    expect(unansweredBells(hosts(memory({ rung })), 6000)).toEqual([{ hostId: 'h', revision: 7 }]);
    expect(unansweredBells(hosts(memory()), 6000)).toEqual([]);
  });
});

test('one that is held to be offline and pings again is back; one that is silent still is not', () => {
  const offline = new Map([
    ['back', memory({ offline: true })],
    ['away', memory({ offline: true })],
    ['suspect', memory({ suspect: true })],
    ['well', memory()],
  ]);
  const lastPing = (id: string) => (id === 'away' ? 10_000 : 95_000);
  expect(backAgain(offline, lastPing, 100_000)).toEqual(['back', 'suspect']);
});

describe('suspicion', () => {
  const fallen = { linkedAt: 1, unlinkedAt: 94_000, seenAt: 90_000 };
  test.each<[string, Partial<HostMemory>, number, boolean]>([
    ['lost its link 6 s ago', fallen, 0, true],
    ['lost its link less long ago', { ...fallen, unlinkedAt: 94_001 }, 0, false],
    ['was heard since', { ...fallen, seenAt: 94_001 }, 0, false],
    ['has a link again', { ...fallen, linked: true, linkedAt: 95_000 }, 0, false],
    ['never had a link: it polls', { seenAt: 90_000 }, 0, false],
    ['is known to be suspect', { ...fallen, suspect: true }, 0, false],
    ['is offline', { ...fallen, offline: true }, 0, false],
    ['all links fell', fallen, 100_001, false],
  ])('%s', (_name, one, judgeFrom, is) => {
    expect(newSuspects(hosts(memory(one)), 100_000, judgeFrom)).toEqual(is ? ['h'] : []);
  });
});

test.each<[string, Partial<HostMemory>[], number | null]>([
  ['both fell', [{ unlinkedAt: 50_000 }, { unlinkedAt: 51_000 }], 111_000],
  [
    'both fell, and one is back already',
    [{ unlinkedAt: 50_000, linked: true, linkedAt: 50_000 }, { unlinkedAt: 51_000 }],
    111_000,
  ],
  ['one of two fell', [{ unlinkedAt: 50_000 }, { linked: true, linkedAt: 1 }], null],
  ['the only one fell', [{ unlinkedAt: 50_000 }, {}], null],
  ['they fell one after the other', [{ unlinkedAt: 50_000 }, { unlinkedAt: 60_001 }], null],
  ['none ever had a link', [{}, {}], null],
])('of the links %s: nobody is judged until', (_name, all, until) => {
  const fleet = new Map(all.map((one, index) => [String(index), memory(one)]));
  expect(graceAfterFall(fleet)).toBe(until);
});

const now = 1_000_000;
const away = memory({ offline: true });

test.each<[string, HostMemory, number | null, number | null]>([
  ['an unanswered bell', memory({ rung: { revision: 1, at: 0 } }), null, 5_000],
  ['a host that may fall silent', memory(), null, 10_000],
  ['one held to be offline that has a link', memory({ offline: true, linked: true }), null, 10_000],
  ['a host that will be suspect', memory({ unlinkedAt: now - 2_000 }), null, 4_000],
  ['work that is due and was left undone', away, now, 10_000],
  ['work that is due later', away, now + 120_000, 120_000],
  ['work that is due before the next look at the hosts', memory(), now + 3_000, 3_000],
  ['a host that may fall silent before work is due', memory(), now + 120_000, 10_000],
  ['nothing but a host that is away', away, null, null],
])('the hub wakes for %s', (_name, one, nextWorkAt, wait) => {
  expect(nextAlarmIn(hosts(one), nextWorkAt, now)).toBe(wait);
});
