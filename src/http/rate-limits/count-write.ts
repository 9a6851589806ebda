import type { MiddlewareHandler } from 'hono';
import type { Role } from '../../../contract/access.ts';
import type { AppEnv } from '../context.ts';
import { writeKindOf } from './write-kind.ts';

/** Counts whatever is no reading. It goes after what looks at the caller's role, so that nobody spends what is not theirs. */
export function countWrite(operationId: string, role: Role): MiddlewareHandler<AppEnv> {
  const kind = writeKindOf(operationId, role);
  return async function countsWrite(c, next) {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') c.var.countWrite(kind);
    await next();
  };
}
