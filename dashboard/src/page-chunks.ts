import { type ComponentType, lazy, useEffect } from 'react';

const AFTER_MS = 3_000;

const loads: (() => Promise<unknown>)[] = [];

/** A page that is a file of its own, loaded when it is first shown, or when there is time. */
export function page<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  loads.push(load);
  return lazy(load);
}

/** Loads the other pages while nothing else is under way, so that they are there though nothing answers later. */
export function useOtherPages(): void {
  useEffect(() => {
    const timer = setTimeout(() => requestIdle(() => void loadAll()), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}

/** Safari has none. */
function requestIdle(run: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run);
  else run();
}

async function loadAll(): Promise<void> {
  for (const load of loads) {
    // Whoever goes there sees why it does not come.
    await load().catch(() => undefined);
  }
}
