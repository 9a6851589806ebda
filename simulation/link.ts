import type { Link, openLink } from '../agent/control-plane/link.ts';
import { Doorbell } from '../contract/agent-protocol.ts';
import type { LinkSocket } from './borrowed-globals.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Faults } from './faults.ts';

const pingMs = 8000;
const reconnectMs = 15_000;

export interface LinkOptions {
  faults: Faults;
  controlPlane: ControlPlane;
  isCut: () => boolean;
}

/** An agent's link: it pings, its bells get lost, and it breaks without a word when the network is cut. */
export function simulatedLink({ faults, controlPlane, isCut }: LinkOptions): typeof openLink {
  return ({ secret, clock, random, onUp, onDown, onBell }): Link => {
    let current: { socket: LinkSocket; hub: number } | null = null;
    let closed = false;

    async function connect(): Promise<void> {
      if (closed) return;
      const opened = isCut() ? null : await controlPlane.openLink(secret());
      if (closed || isCut() || !opened) {
        // A link that opened on the other side only is found there to be silent.
        if (!closed) clock.after(random() * reconnectMs, () => void connect());
        return;
      }
      current = opened;
      const { socket, hub } = opened;
      const { peer } = socket;
      if (!peer) throw new Error('a socket of a pair has another end');
      peer.onSend = (text) => {
        if (isCut() || faults.losesCall()) return;
        clock.after(faults.shortDelay(), () => {
          if (current === opened) onBell(Doorbell.parse(JSON.parse(text)).revision);
        });
      };
      peer.onClose = () => {
        if (!isCut()) clock.after(faults.shortDelay(), () => fall(opened));
      };
      socket.onClose = (code) => {
        if (isCut()) return;
        clock.after(faults.shortDelay(), () => controlPlane.hubs.cells[hub]?.hearClose(peer, code));
      };
      onUp();
      ping(opened);
    }

    function ping(mine: { socket: LinkSocket; hub: number }): void {
      if (current !== mine) return;
      const { peer } = mine.socket;
      const answered =
        !isCut() && peer && (controlPlane.hubs.cells[mine.hub]?.answerPing(peer) ?? false);
      clock.after(pingMs, () => (answered ? ping(mine) : fall(mine)));
    }

    function fall(mine: { socket: LinkSocket; hub: number }): void {
      if (current !== mine) return;
      current = null;
      mine.socket.close(1006);
      clock.after(random() * reconnectMs, () => void connect());
      onDown();
    }

    clock.after(random() * 2000, () => void connect());
    return {
      get up() {
        return current !== null;
      },
      close() {
        closed = true;
        // Where the machine or the network is gone, nobody tells the hub.
        current?.socket.close(1000);
        current = null;
      },
    };
  };
}
