import { describe, expect, test } from 'vitest';
import {
  backAgain,
  type HostMemory,
  nextAlarmIn,
  silentHosts,
  unansweredBells,
} from './liveness.ts';

const memory = (change: Partial<HostMemory> = {}): HostMemory => ({
  seenAt: 0,
  offline: false,
  linked: false,
  rung: null,
  ...change,
});
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
    ['well', memory()],
  ]);
  const lastPing = (id: string) => (id === 'away' ? 10_000 : 95_000);
  expect(backAgain(offline, lastPing, 100_000)).toEqual(['back']);
});

const now = 1_000_000;
const away = memory({ offline: true });

test.each<[string, HostMemory, number | null, number | null]>([
  ['an unanswered bell', memory({ rung: { revision: 1, at: 0 } }), null, 5_000],
  ['a host that may fall silent', memory(), null, 10_000],
  ['one held to be offline that has a link', memory({ offline: true, linked: true }), null, 10_000],
  ['work that is due and was left undone', away, now, 10_000],
  ['work that is due later', away, now + 120_000, 120_000],
  ['work that is due before the next look at the hosts', memory(), now + 3_000, 3_000],
  ['a host that may fall silent before work is due', memory(), now + 120_000, 10_000],
  ['nothing but a host that is away', away, null, null],
])('the hub wakes for %s', (_name, one, nextWorkAt, wait) => {
  expect(nextAlarmIn(hosts(one), nextWorkAt, now)).toBe(wait);
});
