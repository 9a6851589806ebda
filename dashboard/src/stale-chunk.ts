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

/**
 * After a deploy an open page asks for files that are gone: it is loaded anew. Not where nothing answers, which would
 * leave an error of the browser in its place. False: it was not.
 */
export async function reloadIfAnswers(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    const response = await fetch('/healthz', { cache: 'no-store', signal });
    if (!response.ok) return false;
  } catch {
    return false;
  }
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  window.location.reload();
  return true;
}

/** So that a file that stays away does not make a page that loads itself for ever. */
export function wasJustReloaded(): boolean {
  return Date.now() - Number(sessionStorage.getItem(reloadedKey) ?? 0) < AGAIN_AFTER_MS;
}
