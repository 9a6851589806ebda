import type { Doorbell } from '../../contract/agent-protocol.ts';
import type { LinkBook } from './watch.ts';

/** The open links of a hub, by host. */
export class Links implements LinkBook {
  readonly #state: DurableObjectState;

  constructor(state: DurableObjectState) {
    this.#state = state;
  }

  /** Takes over the link of a host in place of any that it had. */
  accept(hostId: string, socket: WebSocket): void {
    for (const older of this.#state.getWebSockets(hostId)) older.close(4000, 'replaced');
    this.#state.acceptWebSocket(socket, [hostId]);
  }

  hostOf(socket: WebSocket): string | undefined {
    return this.#state.getTags(socket)[0];
  }

  /** Whether the host has a link, `but` that one. */
  has(hostId: string, but?: WebSocket): boolean {
    return this.#state.getWebSockets(hostId).some((socket) => socket !== but);
  }

  /** Rings the host's doorbell. */
  send(hostId: string, revision: number): void {
    const bell: Doorbell = { revision };
    for (const socket of this.#state.getWebSockets(hostId)) {
      try {
        socket.send(JSON.stringify(bell));
      } catch {
        // It is closing; the bell is noted and rings again.
      }
    }
  }

  /** Ends what links the host has: it was removed or revoked, or has another secret. */
  close(hostId: string): void {
    for (const socket of this.#state.getWebSockets(hostId)) socket.close(4001, 'hung up');
  }

  /** When the host pinged last through a link that is open; null without one. */
  lastPing(hostId: string): number | null {
    const pings = this.#state.getWebSockets(hostId).map((socket) => this.pingOf(socket) ?? 0);
    return pings.length > 0 ? Math.max(...pings) : null;
  }

  pingOf(socket: WebSocket): number | undefined {
    return this.#state.getWebSocketAutoResponseTimestamp(socket)?.getTime();
  }
}
