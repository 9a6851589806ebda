import { watchPing, watchRenewCode } from '../../../contract/watch-link.ts';
import type { LiveState } from '../api/live-state.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** More often than proxies end what is idle. */
const PING_MS = 25_000;
const PONG_WITHIN_MS = 10_000;

/** The part of a WebSocket that is used. */
export type Socket = Pick<WebSocket, 'addEventListener' | 'send' | 'close'>;

export interface WatchOptions {
  connect(): Socket;
  onState(state: LiveState): void;
  /** What was told, as text. */
  onMessage(text: string): void;
  /** Something may have been missed: read everything that is shown, once. */
  onGap(): void;
  random?: () => number;
}

/** Full jitter: those who lost the link together do not come back together. */
export function waitMs(failures: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
}

/**
 * Keeps a watch open until the function that it gives is called. It opens -> `live`; it ends -> it is dialled again,
 * later each time. Ended by the control plane to be let in anew it stays `live` unless that fails.
 */
export function keepWatch(options: WatchOptions): () => void {
  const { connect, onState, onMessage, onGap, random = Math.random } = options;
  let failures = 0;
  let wasOpen = false;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the socket that is open, without a word to anybody. */
  let letGo: (() => void) | null = null;

  function dial(): void {
    clearTimeout(timer);
    if (ended) return;
    if (!navigator.onLine) {
      onState('offline');
      return;
    }
    const socket = connect();
    let isDone = false;
    let pings: ReturnType<typeof setInterval> | undefined;
    let deadline: ReturnType<typeof setTimeout> | undefined;

    const done = () => {
      isDone = true;
      letGo = null;
      clearInterval(pings);
      clearTimeout(deadline);
      socket.close();
    };
    letGo = done;

    const lose = (code: number) => {
      if (isDone) return;
      const renews = code === watchRenewCode;
      const wasLive = failures === 0 && wasOpen;
      done();
      if (!renews) {
        onState(navigator.onLine ? 'lost' : 'offline');
        if (wasLive) onGap();
      }
      timer = setTimeout(dial, waitMs(failures, random()));
      failures += 1;
    };

    socket.addEventListener('open', () => {
      if (isDone) return;
      failures = 0;
      wasOpen = true;
      onState('live');
      // Also the first time: what was read meanwhile may have been changed before anybody was told.
      onGap();
      pings = setInterval(() => {
        socket.send(watchPing);
        clearTimeout(deadline);
        // Half open: the other side is gone, and nobody said so.
        deadline = setTimeout(() => lose(1006), PONG_WITHIN_MS);
      }, PING_MS);
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isDone) return;
      clearTimeout(deadline);
      if (typeof data === 'string' && data.startsWith('{')) onMessage(data);
    });
    socket.addEventListener('close', ({ code }: CloseEvent) => lose(code));
  }

  /** There may be a way again: no reason to wait. */
  function dialNow(): void {
    if (letGo === null && !document.hidden) dial();
  }

  function goOffline(): void {
    letGo?.();
    clearTimeout(timer);
    onState('offline');
  }

  window.addEventListener('online', dialNow);
  window.addEventListener('offline', goOffline);
  document.addEventListener('visibilitychange', dialNow);
  dial();

  return () => {
    ended = true;
    letGo?.();
    clearTimeout(timer);
    window.removeEventListener('online', dialNow);
    window.removeEventListener('offline', goOffline);
    document.removeEventListener('visibilitychange', dialNow);
    onState('connecting');
  };
}
