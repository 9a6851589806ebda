import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { AppEnv } from './context.ts';

/**
 * The headers that keep a browser from doing with an answer what it is not for: an answer of the API is no page, runs
 * nothing, is shown in no frame and belongs to no other site. The dashboard's pages have theirs in
 * dashboard/public/_headers.
 */
const harden = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  // A browser keeps it for this host name alone: what else runs below it is not ours to decide.
  strictTransportSecurity: false,
});
const oneYear = 'max-age=31536000';

/** Every answer but a WebSocket's, whose headers cannot be changed. */
export const secureAnswers: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (c.res.status === 101) return;
  // The headers of a fetched answer, such as an asset's, are read-only.
  c.res = new Response(c.res.body, c.res);
  c.res.headers.set('cache-control', 'no-store');
  await harden(c, async () => {});
  // Over plain HTTP it must not be sent (RFC 6797, 7.2).
  if (isSecure(c.req.url, c.req.header('x-forwarded-proto'))) {
    c.res.headers.set('strict-transport-security', oneYear);
  }
};

/** A proxy that ends TLS before a control plane on one machine says so by `X-Forwarded-Proto`. */
export function isSecure(url: string, forwardedProtocol: string | undefined): boolean {
  return forwardedProtocol === 'https' || new URL(url).protocol === 'https:';
}
