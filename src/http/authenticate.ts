import type { MiddlewareHandler } from 'hono';
import { Failure } from '../../contract/failure.ts';
import { defaultOrgId, orgHeader } from '../../contract/org.ts';
import { equalDigests, sha256 } from '../tenancy/hash.ts';
import type { AppContext, AppEnv } from './context.ts';

/** The token of `Authorization: Bearer`, if there is one. */
export function bearerIn(c: AppContext): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
}

/** The token of `Authorization: Bearer`. @throws Failure `unauthorized` */
export function bearerToken(c: AppContext): string {
  const token = bearerIn(c);
  if (!token) {
    throw new Failure('unauthorized', 'The request carries no bearer token.');
  }
  return token;
}

/** Lets only the platform administrator's token pass, and binds the request to the organisation that it names. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const [given, expected] = await Promise.all([sha256(bearerToken(c)), sha256(c.env.ADMIN_TOKEN)]);
  if (!equalDigests(given, expected)) {
    throw new Failure('unauthorized', 'The token is not one of this control plane.');
  }
  c.set('scope', {
    database: c.var.database,
    orgId: c.req.header(orgHeader) ?? defaultOrgId,
    author: 'admin',
    now: Date.now(),
    receipt: () => [],
  });
  await next();
};
