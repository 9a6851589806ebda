import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepWatch, type Socket, waitMs } from './keep-watch.ts';

/** A browser's window and document, as far as a watch listens to them. */
class Listened extends EventTarget {
  hidden = false;
}

class FakeSocket extends EventTarget implements Socket {
  readonly sent: string[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  hear(type: 'open' | 'message' | 'close', rest: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), rest));
  }
}

let page: Listened;
let browser: Listened;
let network: { onLine: boolean };

beforeEach(() => {
  vi.useFakeTimers();
  [page, browser, network] = [new Listened(), new Listened(), { onLine: true }];
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', browser);
  vi.stubGlobal('navigator', network);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin() {
  const sockets: FakeSocket[] = [];
  const states: string[] = [];
  const heard: string[] = [];
  let gaps = 0;
  const end = keepWatch({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onState: (state) => states.push(state),
    onMessage: (text) => heard.push(text),
    onGap: () => {
      gaps += 1;
    },
    random: () => 1,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('nothing was dialled');
    return socket;
  };
  return { sockets, states, heard, gaps: () => gaps, end, last };
}

test('it waits longer each time, with full jitter, and never more than half a minute', () => {
  expect([0, 1, 2, 5, 60].map((failures) => waitMs(failures, 1))).toEqual([
    1_000, 2_000, 4_000, 30_000, 30_000,
  ]);
  expect(waitMs(3, 0)).toBe(0);
});

test('once open it is live; lost it is dialled again, and all is read once when it opens and when it is lost', () => {
  const { sockets, states, gaps, last } = begin();
  last().hear('open');
  expect([states, gaps()]).toEqual([['live'], 1]);
  last().hear('close', { code: 1006 });
  expect([states.at(-1), gaps()]).toEqual(['lost', 2]);
  vi.advanceTimersByTime(999);
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(1);
  last().hear('close', { code: 1006 });
  vi.advanceTimersByTime(2_000);
  expect(sockets).toHaveLength(3);
  last().hear('open');
  expect([states.at(-1), gaps()]).toEqual(['live', 3]);
});

test('asked to dial anew it stays live, unless that fails', () => {
  const { states, gaps, last } = begin();
  last().hear('open');
  last().hear('close', { code: 4100 });
  expect(states).toEqual(['live']);
  vi.advanceTimersByTime(1_000);
  last().hear('open');
  expect([states.every((state) => state === 'live'), gaps()]).toEqual([true, 2]);
  last().hear('close', { code: 4100 });
  vi.advanceTimersByTime(1_000);
  last().hear('close', { code: 1006 });
  expect(states.at(-1)).toBe('lost');
});

test('one that never opens is lost, and what is shown is not read again for it', () => {
  const { states, gaps, last } = begin();
  last().hear('close', { code: 1006 });
  expect([states, gaps()]).toEqual([['lost'], 0]);
});

test('a ping that nobody answers ends it; one that is answered does not', () => {
  const { sockets, states, last } = begin();
  last().hear('open');
  vi.advanceTimersByTime(25_000);
  expect(last().sent).toEqual(['ping']);
  last().hear('message', { data: 'pong' });
  vi.advanceTimersByTime(25_000);
  expect([last().sent, states]).toEqual([['ping', 'ping'], ['live']]);
  vi.advanceTimersByTime(10_000);
  expect([sockets[0]?.isClosed, states.at(-1)]).toEqual([true, 'lost']);
});

test('without a network it waits for one, and then does not wait', () => {
  const { sockets, states, last } = begin();
  last().hear('open');
  network.onLine = false;
  browser.dispatchEvent(new Event('offline'));
  expect([last().isClosed, states.at(-1)]).toEqual([true, 'offline']);
  vi.advanceTimersByTime(120_000);
  expect(sockets).toHaveLength(1);
  network.onLine = true;
  browser.dispatchEvent(new Event('online'));
  expect(sockets).toHaveLength(2);
});

test('who looks at the page again does not wait for the next attempt', () => {
  const { sockets, last } = begin();
  for (let failure = 0; failure < 6; failure += 1) {
    last().hear('close', { code: 1006 });
    vi.advanceTimersByTime(30_000);
  }
  last().hear('close', { code: 1006 });
  const { length } = sockets;
  page.dispatchEvent(new Event('visibilitychange'));
  expect(sockets).toHaveLength(length + 1);
  page.dispatchEvent(new Event('visibilitychange'));
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(length + 1);
});

test('ended it hears nothing more and dials no more', () => {
  const { sockets, heard, last, end } = begin();
  last().hear('open');
  last().hear('message', { data: '{"changed":[]}' });
  end();
  last().hear('message', { data: '{"changed":[]}' });
  last().hear('close', { code: 1006 });
  vi.advanceTimersByTime(120_000);
  expect([heard.length, sockets.length, last().isClosed]).toEqual([1, 1, true]);
});
