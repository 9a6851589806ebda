import { createHash } from 'node:crypto';
import type { Scheduler } from './scheduler.ts';

/** Both ends of a WebSocket, as workerd makes them. */
export class SocketPair {
  readonly 0: LinkSocket;
  readonly 1: LinkSocket;

  constructor() {
    this[0] = new LinkSocket();
    this[1] = new LinkSocket();
    this[0].peer = this[1];
    this[1].peer = this[0];
  }
}

/** One end of a link. What it sends, and that it closes, the other end is told by whoever carries it there. */
export class LinkSocket {
  peer: LinkSocket | null = null;
  open = true;
  /** The runtime answered a ping here. */
  pingedAt: number | null = null;
  onSend: (text: string) => void = () => {};
  onClose: (code: number) => void = () => {};

  send(text: string): void {
    if (!this.open) throw new TypeError('the WebSocket is closed');
    this.onSend(text);
  }

  close(code = 1005): void {
    if (!this.open) return;
    this.open = false;
    this.onClose(code);
  }
}

class UpgradeResponse {
  readonly status: number;
  readonly webSocket: LinkSocket | null;

  constructor(_body: null, init: { status: number; webSocket?: LinkSocket }) {
    this.status = init.status;
    this.webSocket = init.webSocket ?? null;
  }
}

/**
 * Runs `work` in a process that has, until it ends, the virtual time of day, the parts of workerd that the hub uses,
 * and a digest that takes no real time, so that one seed always gives the same.
 */
export async function withBorrowedGlobals<Result>(
  scheduler: Scheduler,
  onError: (text: string) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const lent: [object, string, unknown][] = [
    [Date, 'now', () => scheduler.nowMs],
    [console, 'error', onError],
    [globalThis, 'Response', UpgradeResponse],
    [globalThis, 'WebSocketPair', SocketPair],
    [globalThis, 'WebSocketRequestResponsePair', class {}],
    [
      crypto.subtle,
      'digest',
      async (_algorithm: string, bytes: Uint8Array) =>
        new Uint8Array(createHash('sha256').update(bytes).digest()).buffer,
    ],
  ];
  const before = lent.map(([owner, key]) => Object.getOwnPropertyDescriptor(owner, key));
  for (const [owner, key, value] of lent) {
    Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  }
  try {
    return await work();
  } finally {
    for (const [index, [owner, key]] of lent.entries()) {
      const descriptor = before[index];
      if (descriptor) Object.defineProperty(owner, key, descriptor);
      else Reflect.deleteProperty(owner, key);
    }
  }
}
