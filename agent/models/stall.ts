import type { Clock } from '../clock.ts';
import { HubFaultError } from './errors.ts';

/** Ends a request that says nothing for too long; there is no limit on the whole. */
export interface StallWatch {
  /** Aborts on a stall and when the caller's signal does. */
  readonly signal: AbortSignal;
  /** Something came. */
  alive(): void;
  stop(): void;
}

export function watchForStall(clock: Clock, stallMs: number, caller: AbortSignal): StallWatch {
  const own = new AbortController();
  const stalled = () =>
    own.abort(new HubFaultError(`nothing came for ${Math.round(stallMs / 1000)} s`));
  const follow = () => own.abort(caller.reason);
  if (caller.aborted) follow();
  else caller.addEventListener('abort', follow);
  let cancel = clock.after(stallMs, stalled);
  return {
    signal: own.signal,
    alive() {
      cancel();
      cancel = clock.after(stallMs, stalled);
    },
    stop() {
      cancel();
      caller.removeEventListener('abort', follow);
    },
  };
}
