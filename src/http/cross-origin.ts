import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { orgHeader } from '../../contract/org.ts';
import type { AppEnv } from './context.ts';
import { isUpgrade } from './web-socket.ts';

/** No credentials: a page of another site brings a token, never the cookie of somebody who is signed in. */
const share = cors({
  origin: (origin, c) => (c.var.settings.CORS_ORIGINS.includes(origin) ? origin : null),
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'authorization',
    'content-type',
    'idempotency-key',
    'if-match',
    'if-none-match',
    orgHeader,
  ],
  exposeHeaders: [
    'etag',
    'idempotency-replayed',
    'link',
    'location',
    'longshore-request-id',
    'ratelimit',
    'ratelimit-policy',
    'retry-after',
  ],
  maxAge: 600,
});

/** Lets the pages of the origins in `CORS_ORIGINS` call the API, and of no other. Off while none is named. */
export const crossOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const isPreflight =
    c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
  // Browsers ask nobody before they open a WebSocket, and its answer cannot be given other headers.
  const isOn = c.var.settings.CORS_ORIGINS.length > 0 && !isUpgrade(c);
  // hono takes every OPTIONS for a preflight; another one is a method that the path lacks.
  if (!isOn || (c.req.method === 'OPTIONS' && !isPreflight)) return next();
  return share(c, next);
};
