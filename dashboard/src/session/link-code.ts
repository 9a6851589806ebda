import { useState } from 'react';

/**
 * The code of a sign-in link or an invitation, which stands behind `#` so that it reaches no server's log. It is taken
 * out of the address at once, so that it is in no history and no screenshot either.
 */
export function useCodeOfAddress(): string | null {
  const [code] = useState(() => {
    const found = new URLSearchParams(window.location.hash.slice(1)).get('code');
    if (found !== null) {
      const { pathname, search } = window.location;
      window.history.replaceState(null, '', pathname + search);
    }
    return found;
  });
  return code;
}
