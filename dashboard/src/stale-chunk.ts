const reloadedKey = 'longshore:reloaded-for-stale-chunk';
const AGAIN_AFTER_MS = 60_000;

/**
 * After a deploy an open page asks for files that are gone. It is loaded anew, once a minute at most, so that a file
 * that stays away does not make a page that loads itself for ever.
 */
export function reloadOnStaleChunk(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(reloadedKey) ?? 0);
    if (Date.now() - last < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(reloadedKey, String(Date.now()));
    event.preventDefault();
    window.location.reload();
  });
}
