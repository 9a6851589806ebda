import type { MiddlewareHandler } from 'hono';
import type { Role } from '../../../contract/access.ts';
import type { AppEnv } from '../context.ts';
import { writeKindOf } from './write-kind.ts';

/** Counts what is no reading. It goes after what looks at the caller's role, so that nobody spends what is not theirs. */
export function countWrite(operationId: string, role: Role): MiddlewareHandler<AppEnv> {
  const kind = writeKindOf(operationId, role);
  return async function countsWrite(c, next) {
    c.var.countWrite(kind);
    await next();
  };
}
