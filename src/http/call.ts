import type { Call } from '../tenancy/audit/entry.ts';
import { clientAddress } from './client-address.ts';
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
