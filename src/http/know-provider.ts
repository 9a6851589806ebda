import type { MiddlewareHandler } from 'hono';
import { KnownProvider } from '../tenancy/sign-in/known-provider.ts';
import type { AppEnv } from './context.ts';

/** What is known of the identity provider is kept for the requests of this isolate. */
export function knowProvider(): MiddlewareHandler<AppEnv> {
  const knownProvider = new KnownProvider();
  return async function knowsProvider(c, next) {
    c.set('knownProvider', knownProvider);
    await next();
  };
}
