import { type AuditEntry, type Call, platformAudit } from '../tenancy/audit/entry.ts';
import { clientAddress } from './client-address.ts';
import type { AppContext } from './context.ts';

const longestUserAgent = 200;

/** What the audit says of the request that is being answered. What its entries are of is kept in `touched`. */
export function callOf(c: AppContext): Call {
  return {
    operation: c.var.operationId,
    requestId: c.var.requestId,
    address: clientAddress(c),
    userAgent: c.req.header('user-agent')?.slice(0, longestUserAgent) ?? null,
    touch: (orgId, resource) => {
      const concerned = concernedBy(c, orgId, resource);
      if (concerned === null) return;
      c.var.touched.push({ orgId: concerned, kind: resource.kind, id: resource.id });
    },
  };
}

/** The organisation whose thing it is: of a person's own the one that the request acts in, if it acts in one. */
function concernedBy(
  c: AppContext,
  orgId: string | null,
  { kind, id }: AuditEntry['resource'],
): string | null {
  if (kind === 'org') return id;
  if (orgId !== null) return orgId === platformAudit ? null : orgId;
  const { scope }: Partial<AppContext['var']> = c.var;
  return scope?.orgId ?? null;
}
