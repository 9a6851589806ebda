import { useSyncExternalStore } from 'react';

/** One that fails may be chance. */
const FAILURES = 2;

export interface Reach {
  isLost: boolean;
  /** When the control plane answered last; null: not yet. */
  answeredAt: number | null;
}

let failures = 0;
let answeredAt: number | null = null;
let current: Reach = { isLost: false, answeredAt };
const listeners = new Set<() => void>();

/** Whether the control plane answers at all, whatever it says. */
export const reach = {
  get: () => current,
  answered(now = Date.now()) {
    failures = 0;
    answeredAt = now;
    if (current.isLost) set({ isLost: false, answeredAt });
  },
  failed() {
    failures += 1;
    if (failures >= FAILURES && !current.isLost) set({ isLost: true, answeredAt });
  },
  /** The browser says that there is no network: nothing needs to be asked to know it. */
  cut() {
    failures = Math.max(failures, FAILURES);
    if (!current.isLost) set({ isLost: true, answeredAt });
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
};

function set(next: Reach): void {
  current = next;
  for (const listener of listeners) listener();
}

export function useReach(): Reach {
  return useSyncExternalStore(reach.subscribe, reach.get);
}
