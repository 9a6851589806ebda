import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchRenewCode } from '../../contract/watch-link.ts';
import { TestHub } from './testing.ts';
import { type Admission, gatherMs, mostWatchers, type Touched, Watchers } from './watchers.ts';

const start = 1_000_000_000;
const minute = 60_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => vi.useRealTimers());

/** Watchers in a room without sockets, whose moments pass when they are told to. */
function newRoom() {
  const open = new Set<ReturnType<typeof newWatcher>>();
  const moments: { act: () => void; ms: number }[] = [];
  function newWatcher(admission: Partial<Admission>) {
    const watcher = {
      admission: { until: start + minute, renewOn: [], ...admission },
      heard: [] as unknown[],
      ended: [] as number[],
      send: (text: string) => watcher.heard.push(JSON.parse(text).changed),
      close: (code: number) => {
        watcher.ended.push(code);
        open.delete(watcher);
      },
    };
    return watcher;
  }
  return {
    watchers: new Watchers({ open: () => [...open] }, (act, ms) => moments.push({ act, ms })),
    watch(admission: Partial<Admission> = {}) {
      const watcher = newWatcher(admission);
      open.add(watcher);
      return watcher;
    },
    moments,
    passMoment: () => moments.shift()?.act(),
  };
}

const deployment = (id: string): Touched => ({ kind: 'deployment', id });
const host = (id: string): Touched => ({ kind: 'host', id });

test('the first change is told at once, and what comes right after it in one message', () => {
  const { watchers, watch, moments, passMoment } = newRoom();
  const watcher = watch();
  watchers.tell([deployment('a')]);
  watchers.tell([deployment('b'), host('h')]);
  watchers.tell([deployment('b')]);
  expect(watcher.heard).toEqual([[{ kind: 'deployment', id: 'a' }]]);
  expect(moments).toMatchObject([{ ms: gatherMs }]);
  passMoment();
  const [, second] = watcher.heard;
  expect(second).toEqual([
    { kind: 'deployment', id: 'b' },
    { kind: 'host', id: 'h' },
  ]);
  passMoment();
  expect(moments).toEqual([]);
  watchers.tell([host('h')]);
  expect(watcher.heard).toHaveLength(3);
});

test('where nobody watches nothing is kept and nothing waits', () => {
  const { watchers, watch, moments } = newRoom();
  watchers.tell([deployment('a')]);
  expect(moments).toEqual([]);
  const late = watch();
  watchers.tell([host('h')]);
  expect(late.heard).toEqual([[{ kind: 'host', id: 'h' }]]);
});

test('ids are told of what every member may list; of the rest only that some changed, and of what is personal nothing', () => {
  const { watchers, watch, moments } = newRoom();
  const watcher = watch();
  watchers.tell([
    { kind: 'token', id: 'tok_1' },
    { kind: 'secret', id: null },
    { kind: 'backend', id: 'bck_1' },
  ]);
  expect(watcher.heard).toEqual([
    [{ kind: 'backend', id: 'bck_1' }, { kind: 'secret' }, { kind: 'token' }],
  ]);
  moments.length = 0;
  const other = newRoom();
  const reader = other.watch();
  other.watchers.tell([{ kind: 'session', id: 'ses_1' }]);
  expect([reader.heard, other.moments]).toEqual([[], []]);
});

test('very many of a kind are told as any of them', () => {
  const { watchers, watch } = newRoom();
  const watcher = watch();
  watchers.tell(Array.from({ length: 101 }, (_, index) => host(`h${index}`)));
  expect(watcher.heard).toEqual([[{ kind: 'host' }]]);
});

describe('a watcher is ended', () => {
  const renew = [watchRenewCode];

  test('when what let it in changes, and hears nothing of it; others go on', () => {
    const { watchers, watch } = newRoom();
    const [revoked, other] = [watch({ renewOn: ['token/t1'] }), watch({ renewOn: ['token/t2'] })];
    watchers.tell([{ kind: 'token', id: 't1' }]);
    expect([revoked.ended, other.ended]).toEqual([renew, []]);
    expect([revoked.heard, other.heard]).toEqual([[], [[{ kind: 'token' }]]]);
  });

  test('with all others when the organisation changes', () => {
    const { watchers, watch } = newRoom();
    const both = [watch(), watch()];
    watchers.tell([{ kind: 'org', id: 'o' }]);
    expect(both.map(({ ended }) => ended)).toEqual([renew, renew]);
  });

  test('before a message that would reach it after its time', () => {
    const { watchers, watch } = newRoom();
    const watcher = watch();
    vi.setSystemTime(start + minute);
    watchers.tell([host('h')]);
    expect([watcher.ended, watcher.heard]).toEqual([renew, []]);
  });
});

test('there is room for so many and no more', () => {
  const { watchers, watch } = newRoom();
  const all = Array.from({ length: mostWatchers - 1 }, () => watch());
  expect(watchers.hasRoom()).toBe(true);
  const last = watch();
  expect(watchers.hasRoom()).toBe(false);
  last.close(1000);
  expect([watchers.hasRoom(), all.length]).toEqual([true, mostWatchers - 1]);
});

describe('the hub', () => {
  const forAMinute = { until: start + minute, renewOn: [] };

  test('ends a watcher by its clock, also where there is no host, and lets the clock stand still then', async () => {
    const hub = new TestHub();
    const watcher = await hub.watch(forAMinute);
    await hub.pass(59);
    expect(watcher.ended).toEqual([]);
    await hub.pass(1);
    expect(watcher.ended).toEqual([watchRenewCode]);
    expect((await hub.cost(() => hub.pass(3_600))).written).toBe(0);
  });

  test('tells what a sync changed, and of one that changed nothing says nothing', async () => {
    const hub = new TestHub();
    await hub.sync('h');
    const watcher = await hub.watch(forAMinute);
    await hub.sync('h');
    expect(watcher.heard).toEqual([]);
    await hub.sync('h', 0, [host('h')]);
    expect(watcher.heard).toEqual(['{"changed":[{"kind":"host","id":"h"}]}']);
  });

  test('keeps nothing of watchers, and ends them all with their organisation', async () => {
    const hub = new TestHub();
    await hub.sync('h');
    const keys = await hub.keys();
    const watcher = await hub.watch(forAMinute);
    const { written } = await hub.cost(() => hub.sync('h', 0, [host('h')]));
    expect([await hub.keys(), written]).toEqual([keys, 1]);
    await hub.forgetAll();
    expect(watcher.ended).toEqual([watchRenewCode]);
    expect(await hub.keys()).toEqual([]);
  });
});
