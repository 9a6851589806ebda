const reloadedKey = 'longshore:reloaded-for-stale-chunk';
const AGAIN_AFTER_MS = 60_000;
const ANSWERS_WITHIN_MS = 5_000;

const missing = new WeakSet<Error>();

/** Notes which errors are files of this dashboard that could not be loaded. */
export function noteMissingChunks(): void {
  window.addEventListener('vite:preloadError', ({ payload }) => missing.add(payload));
}

export function isMissingChunk(error: Error): boolean {
  return missing.has(error);
}

/** Whether what the dashboard's files come from is there. */
export async function answers(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    return (await fetch('/healthz', { cache: 'no-store', signal })).ok;
  } catch {
    return false;
  }
}

/**
 * After a deploy an open page asks for files that are gone: it is loaded anew. Not where nothing answers, which would
 * leave an error of the browser in its place.
 */
export function loadAnew(): void {
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  window.location.reload();
}

/** So that a file that stays away does not make a page that loads itself for ever. */
export function wasJustReloaded(): boolean {
  return Date.now() - Number(sessionStorage.getItem(reloadedKey) ?? 0) < AGAIN_AFTER_MS;
}
