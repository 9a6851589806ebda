import { useSyncExternalStore } from 'react';

/**
 * How this page learns of changes. `live`: it is told. `lost`: not at the moment, so it reads again and again, as it does
 * while `connecting`. `offline`: the browser has no network.
 */
export type LiveState = 'connecting' | 'live' | 'lost' | 'offline';

/** Also while changes are told, what is shown is read again so often: one may have been missed. */
export const SAFETY_MS = 60_000;

let current: LiveState = 'connecting';
const listeners = new Set<() => void>();

export const liveState = {
  get: () => current,
  set(next: LiveState) {
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

export function useLiveState(): LiveState {
  return useSyncExternalStore(liveState.subscribe, liveState.get);
}

/** An interval of reading again, `everyMs` long while nobody tells of changes. */
export function paced(everyMs: number): number {
  return current === 'live' ? Math.max(everyMs, SAFETY_MS) : everyMs;
}
