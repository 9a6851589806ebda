import { Failure } from '../../contract/failure.ts';
import type { AppContext } from './context.ts';
import { isSecure } from './secure-answers.ts';
import { hasSessionCookie } from './session-cookie.ts';
import { isUpgrade } from './web-socket.ts';

/**
 * Where the caller found us, as it may stand in a script or a link: whoever sends the request chooses its host name.
 * @throws Failure `invalid_request`
 */
export function originOf(c: AppContext): string {
  const { host } = new URL(c.req.url);
  const isPlain = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/.test(host);
  if (!isPlain) throw new Failure('invalid_request', 'The host name of this request is none.');
  const scheme = isSecure(c.req.url, c.req.header('x-forwarded-proto')) ? 'https' : 'http';
  return `${scheme}://${host}`;
}

/** True where nobody on the way can read along: https, or this machine itself. */
export function isPrivate(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return (
    protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$|\.localhost$/.test(hostname)
  );
}

/**
 * Refuses what another site makes a browser send (CSRF). Browsers say where a request comes from: by `Sec-Fetch-Site`
 * (W3C Fetch Metadata), older ones, and all over plain http, by `Origin` (RFC 6454). One that says neither is taken
 * where it carries no cookie: then no browser sent it.
 * @throws Failure `foreign_origin`
 */
export function refuseForeignOrigin(c: AppContext): void {
  // No other site reads the answer to a GET; what comes through a WebSocket it would.
  if (['GET', 'HEAD', 'OPTIONS'].includes(c.req.method) && !isUpgrade(c)) return;
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const isOurs =
    site !== undefined
      ? site === 'same-origin'
      : origin !== undefined
        ? origin === originOf(c)
        : !hasSessionCookie(c);
  if (!isOurs) {
    throw new Failure('foreign_origin', 'The request did not come from a page of this address.');
  }
}
