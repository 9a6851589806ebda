import type { Clock } from '../agent/clock.ts';
import type { ControlPlane, LinkEnd } from './control-plane.ts';
import type { Faults } from './faults.ts';
import type { Random } from './random.ts';

const pingMs = 8000;
const deadAfterMs = 20_000;
const reconnectMs = 15_000;

export interface LinkOptions {
  hostId: string;
  clock: Clock;
  random: Random;
  faults: Faults;
  controlPlane: ControlPlane;
  isCut: () => boolean;
  onChange: () => void;
  onBell: () => void;
}

export interface Link {
  readonly up: boolean;
  close(): void;
}

/** An agent's link: it pings, its bells get lost, and it breaks without a word when the network is cut. */
export function linkOf(options: LinkOptions): Link {
  const { hostId, clock, random, faults, controlPlane, isCut } = options;
  let end: LinkEnd | null = null;
  let closed = false;

  function open(): void {
    if (closed) return;
    if (isCut()) {
      clock.after(random.between(1000, reconnectMs), open);
      return;
    }
    const opened: LinkEnd = {
      lastPing: clock.now(),
      bell() {
        if (isCut() || end !== opened || faults.losesCall()) return;
        clock.after(faults.shortDelay(), () => end === opened && options.onBell());
      },
    };
    end = opened;
    controlPlane.link(hostId, opened);
    clock.after(pingMs, () => ping(opened));
    options.onChange();
  }

  function ping(mine: LinkEnd): void {
    if (end !== mine) return;
    if (!isCut()) mine.lastPing = clock.now();
    else if (clock.now() - mine.lastPing > deadAfterMs) {
      end = null;
      options.onChange();
      clock.after(random.between(1, reconnectMs), open);
      return;
    }
    clock.after(pingMs, () => ping(mine));
  }

  clock.after(random.between(1, 2000), open);
  return {
    get up() {
      return end !== null;
    },
    close() {
      closed = true;
      const last = end;
      end = null;
      // Where the machine or the network is gone, nobody tells the hub.
      if (last && !isCut()) controlPlane.unlink(hostId, last);
    },
  };
}
