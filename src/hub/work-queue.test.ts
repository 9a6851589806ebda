import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newStorage } from './testing.ts';
import { WorkQueue } from './work-queue.ts';

const start = 1_000_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: start }));
afterEach(() => vi.useRealTimers());

/** A queue whose planner answers by `answer`, and what it was asked for and failed at. */
function newQueue(answer: (id: string) => number | null = () => null, storage = newStorage()) {
  const asked: string[] = [];
  const failed: string[] = [];
  const queue = new WorkQueue(storage, {
    reconcile: async (id) => {
      asked.push(id);
      return answer(id);
    },
    waiting: async () => ['w2', 'w1', 'w3'],
  });
  const runAt = async (at: number) => {
    vi.setSystemTime(at);
    await queue.run((work) => failed.push(work));
    return asked.splice(0);
  };
  const note = (...deployments: string[]) =>
    queue.note({ deployments, roomGrew: false }, Date.now());
  return { queue, failed, runAt, note };
}

function fail(): never {
  throw new Error('no database');
}

test('work is done once, however often it was noted', async () => {
  const { queue, runAt, note } = newQueue();
  await note('a', 'b', 'a');
  expect(await runAt(start)).toEqual(['a', 'b']);
  expect(await runAt(start)).toEqual([]);
  expect(await queue.nextAt()).toBe(null);
});

test('when room grew, those that wait for it are looked at', async () => {
  const { queue, runAt } = newQueue();
  await queue.note({ deployments: ['a'], roomGrew: true }, start);
  expect(await runAt(start)).toEqual(['a', 'w2', 'w1', 'w3']);
});

test('who waits for room keeps its turn, whatever else asks for it and in whatever order', async () => {
  const { queue, runAt, note } = newQueue();
  await note('w1');
  await queue.note({ deployments: ['x', 'w3'], roomGrew: true }, start);
  expect(await runAt(start)).toEqual(['x', 'w2', 'w1', 'w3']);
  await note('w1', 'w2');
  expect(await runAt(start)).toEqual(['w1', 'w2']);
});

test('work for later is done when its time has come; the nearest of two times counts', async () => {
  const { queue, runAt } = newQueue();
  const later = [start + 9_000, start + 5_000, start + 7_000];
  await queue.note(
    { deployments: [], roomGrew: false, later: later.map((at) => ({ deploymentId: 'a', at })) },
    start,
  );
  expect(await queue.nextAt()).toBe(start + 5_000);
  expect(await runAt(start + 4_999)).toEqual([]);
  expect(await runAt(start + 5_000)).toEqual(['a']);
  expect(await queue.nextAt()).toBe(null);
});

test('the planner says anew each time when it wants to look again', async () => {
  const answers = [start + 60_000, null];
  const { queue, runAt, note } = newQueue(() => answers.shift() ?? null);
  await note('a');
  await runAt(start);
  expect(await queue.nextAt()).toBe(start + 60_000);
  await note('a');
  expect(await runAt(start + 1000)).toEqual(['a']);
  expect(await queue.nextAt()).toBe(null);
});

test('what fails waits longer each time, and leaves the others alone', async () => {
  const { queue, failed, runAt, note } = newQueue((id) => (id === 'a' ? fail() : null));
  await note('a', 'b');
  expect(await runAt(start)).toEqual(['a', 'b']);
  expect(failed).toEqual(['a']);
  expect(await queue.nextAt()).toBe(start + 10_000);
  expect(await runAt(start + 9_999)).toEqual([]);
  expect(await runAt(start + 10_000)).toEqual(['a']);
  expect(await queue.nextAt()).toBe(start + 30_000);
});

test('what failed often and is asked for again is tried within 10 s, and not at once', async () => {
  const { queue, runAt, note } = newQueue(fail);
  await note('a');
  let now = start;
  for (let failures = 1; failures <= 4; failures += 1) {
    await runAt(now);
    now = (await queue.nextAt()) ?? 0;
  }
  expect(now).toBe(start + 150_000);
  vi.setSystemTime(start + 80_000);
  await note('a');
  expect(await queue.nextAt()).toBe(start + 90_000);
  vi.setSystemTime(start + 85_000);
  await note('a');
  expect(await queue.nextAt()).toBe(start + 90_000);
});

test('what a dead instance left is done by the next, also what an older version noted', async () => {
  const storage = newStorage();
  await newQueue(() => null, storage).note('a');
  await storage.put('work:old', 1);
  const next = newQueue(() => null, storage);
  expect(await next.queue.nextAt()).toBe(0);
  expect(await next.runAt(start)).toEqual(['a', 'old']);
  expect(await storage.list({ prefix: '' })).toEqual(new Map());
});
