import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { orgHeader } from '../../contract/org.ts';
import type { AppEnv } from './context.ts';

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
  const isOn = c.var.settings.CORS_ORIGINS.length > 0;
  // hono takes every OPTIONS for a preflight; another one is a method that the path lacks.
  if (!isOn || (c.req.method === 'OPTIONS' && !isPreflight)) return next();
  return share(c, next);
};
