import type { Call } from '../tenancy/audit/entry.ts';
import type { AppContext } from './context.ts';

const longestUserAgent = 200;

/** What the audit says of the request that is being answered. */
export function callOf(c: AppContext): Call {
  return {
    operation: c.var.operationId,
    requestId: c.var.requestId,
    address: clientAddress(c),
    userAgent: c.req.header('user-agent')?.slice(0, longestUserAgent) ?? null,
  };
}

/**
 * The address of the client as Cloudflare saw it, which lets no client say it itself; null elsewhere. On one machine
 * anybody may send it: it is shown to people, and decides nothing.
 */
function clientAddress(c: AppContext): string | null {
  const address = c.req.header('cf-connecting-ip') ?? '';
  return /^[0-9A-Fa-f:.]{2,45}$/.test(address) ? address : null;
}
