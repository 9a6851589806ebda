import type { Admission, Watcher, WatcherBook } from './watchers.ts';

/** No host has such an id: what has this tag is no host's link. */
const tag = 'watcher';

/** The sockets of those who watch, apart from the links of hosts. */
export class WatcherSockets implements WatcherBook {
  readonly #state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  accept(socket: WebSocket, admission: Admission): void {
    this.#state.acceptWebSocket(socket, [tag]);
    socket.serializeAttachment(admission);
  }

  has(socket: WebSocket): boolean {
    return this.#state.getTags(socket)[0] === tag;
  }

  open(): Watcher[] {
    return this.#state
      .getWebSockets(tag)
      .filter((socket) => socket.readyState === WebSocket.OPEN)
      .map((socket) => ({
        get admission(): Admission {
          return socket.deserializeAttachment(); // what `accept` wrote
        },
        send: (text) => {
          try {
            socket.send(text);
          } catch {
            // It is closing: whoever it was dials anew and reads all.
          }
        },
        close: (code, reason) => socket.close(code, reason),
      }));
  }
}
