import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReadAgain } from './read-again.ts';

let page: { hidden: boolean };

beforeEach(() => {
  vi.useFakeTimers();
  page = { hidden: false };
  vi.stubGlobal('document', page);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what is being read for the first time when it changes is read once more', async () => {
  const { take, readings } = await showing([['hosts', 'all']], 500, 100);
  take({ kind: 'host' });
  await vi.advanceTimersByTimeAsync(400);
  expect(readings()['hosts/all']).toBe(0);
  await vi.advanceTimersByTimeAsync(500);
  expect(readings()['hosts/all']).toBe(1);
});

/** Queries that somebody looks at; gives how often each was read, the first time left out. */
async function showing(keys: (readonly string[])[], takesMs = 0, passMs = takesMs) {
  const queries = new QueryClient();
  const read = new Map<string, number>();
  for (const queryKey of keys) {
    const name = queryKey.join('/');
    read.set(name, -1);
    new QueryObserver(queries, {
      queryKey,
      queryFn: async () => {
        await new Promise((resolve) => setTimeout(resolve, takesMs));
        read.set(name, (read.get(name) ?? 0) + 1);
        return { data: { id: `id-of-${queryKey[2]}` } };
      },
    }).subscribe(() => {});
  }
  await vi.advanceTimersByTimeAsync(passMs);
  const readAgain = new ReadAgain(queries);
  return {
    take: (...changed: { kind: string; id?: string }[]) =>
      readAgain.take(JSON.stringify({ changed })),
    readings: () => Object.fromEntries(read),
  };
}

test('what changed is read at once, and what has nothing to do with it is not', async () => {
  const { take, readings } = await showing([
    ['deployments', 'list'],
    ['deployments', 'one', 'a'],
    ['deployments', 'one', 'a', 'events'],
    ['deployments', 'one', 'b'],
    ['hosts', 'one', 'h'],
    ['hosts', 'all'],
    ['audit'],
  ]);
  take({ kind: 'deployment', id: 'id-of-a' });
  await vi.advanceTimersByTimeAsync(0);
  expect(readings()).toEqual({
    'deployments/list': 1,
    'deployments/one/a': 1,
    'deployments/one/a/events': 1,
    'deployments/one/b': 0,
    'hosts/one/h': 0,
    'hosts/all': 0,
    audit: 1,
  });
  take({ kind: 'host', id: 'other' }, { kind: 'secret' });
  await vi.advanceTimersByTimeAsync(0);
  expect(readings()).toMatchObject({ 'hosts/one/h': 0, 'hosts/all': 1 });
});

test('many changes are read once in a second, and the last one is always seen', async () => {
  const { take, readings } = await showing([['hosts', 'all']]);
  for (let time = 0; time < 20; time += 1) {
    take({ kind: 'host', id: 'h' });
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(readings()['hosts/all']).toBe(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(readings()['hosts/all']).toBe(3);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(readings()['hosts/all']).toBe(3);
});

test('a reading that takes long is not begun anew by what changes meanwhile, and gives the network a rest', async () => {
  const { take, readings } = await showing([['hosts', 'all']], 2_000);
  take({ kind: 'host' });
  await vi.advanceTimersByTimeAsync(1_000);
  take({ kind: 'host' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(readings()['hosts/all']).toBe(1);
  await vi.advanceTimersByTimeAsync(9_900);
  expect(readings()['hosts/all']).toBe(1);
  await vi.advanceTimersByTimeAsync(2_200);
  expect(readings()['hosts/all']).toBe(2);
});

test('in a hidden tab nothing is read', async () => {
  const { take, readings } = await showing([['hosts', 'all']]);
  page.hidden = true;
  take({ kind: 'host' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(readings()['hosts/all']).toBe(0);
});
