import type { MiddlewareHandler } from 'hono';
import { type Role, reaches } from '../../contract/access.ts';
import { Failure } from '../../contract/failure.ts';
import { lacksRole } from '../tenancy/actor.ts';
import type { AppEnv } from './context.ts';

/** Lets those pass whose role is `needed` or above it. It goes before all that looks at the request. */
export function requireRole(needed: Role): MiddlewareHandler<AppEnv> {
  return async function hasRole(c, next) {
    const { actor } = c.var.scope;
    if (!reaches(actor.role, needed)) throw new Failure('forbidden', lacksRole(actor, needed));
    await next();
  };
}
