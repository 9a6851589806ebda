/*
 * How a watch is opened and ends, without schemas: the dashboard brings them along into a browser.
 */

/** The subprotocol of a watch, which the control plane selects. */
export const watchProtocol = 'longshore.v1';

const tokenPrefix = 'longshore.token.';

/**
 * What a browser offers beside `watchProtocol` to say its token: it can set no header on a WebSocket. In base64url,
 * since a subprotocol takes few characters; Kubernetes does the same.
 */
export function watchTokenProtocol(token: string): string {
  const bytes = new TextEncoder().encode(token);
  const text = btoa(String.fromCharCode(...bytes));
  return tokenPrefix + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The token that such a subprotocol says; null for another one. */
export function tokenOfProtocol(protocol: string): string | null {
  if (!protocol.startsWith(tokenPrefix)) return null;
  try {
    const text = atob(protocol.slice(tokenPrefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** A watch ended because it is old, or because what let it in was changed: dial anew, and be let in anew. */
export const watchRenewCode = 4100;

/** What a watcher says now and then, and what answers it. Nobody is woken by it. */
export const watchPing = 'ping';
export const watchPong = 'pong';
