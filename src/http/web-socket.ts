import type { MiddlewareHandler } from 'hono';
import { orgHeader } from '../../contract/org.ts';
import { tokenOfProtocol } from '../../contract/watch-link.ts';
import type { AppContext, AppEnv } from './context.ts';

/** The request opens a WebSocket. */
export function isUpgrade(c: AppContext): boolean {
  return c.req.header('upgrade')?.toLowerCase() === 'websocket';
}

/**
 * Browsers set no headers on a WebSocket: what they would say by `Authorization` and `longshore-org` they say by a
 * subprotocol and by the query. From here on it is as if they had said it by headers; what headers say goes first.
 */
export const takeWebSocketCredentials: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isUpgrade(c)) {
    const headers = new Headers(c.req.raw.headers);
    const offered = (headers.get('sec-websocket-protocol') ?? '')
      .split(',')
      .map((one) => one.trim());
    const token = offered.map(tokenOfProtocol).find((one) => one !== null);
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    // No further: neither into an answer nor to the hub.
    const others = offered.filter((one) => tokenOfProtocol(one) === null);
    headers.set('sec-websocket-protocol', others.join(', '));
    const org = c.req.query('org');
    if (org && !headers.has(orgHeader)) headers.set(orgHeader, org);
    c.req.raw = new Request(c.req.raw, { headers });
  }
  await next();
};
