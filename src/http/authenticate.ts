import type { MiddlewareHandler } from 'hono';
import { Failure } from '../../contract/failure.ts';
import { defaultOrgId, orgHeader } from '../../contract/org.ts';
import { authorOf, platformAdministrator } from '../tenancy/actor.ts';
import { auditStatements } from '../tenancy/audit/write.ts';
import { equalDigests, sha256 } from '../tenancy/hash.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import { identifyPerson, signedOut } from '../tenancy/sessions/identify.ts';
import { type Identified, identify, unknownToken } from '../tenancy/tokens/identify.ts';
import { looksLikeToken } from '../tenancy/tokens/text.ts';
import { callOf } from './call.ts';
import type { AppContext, AppEnv } from './context.ts';
import { refuseForeignOrigin } from './origin.ts';
import { hasSessionCookie, readSessionCookie } from './session-cookie.ts';

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

/**
 * Lets whoever has a token or a session pass, and binds the request to an organisation: the token's own, or the one
 * that a person or the platform administrator names. What they may do there each route says (see `newUserRouter`).
 */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const now = Date.now();
  const { actor, orgId, place, noteUse } = await whoCalls(c, now);
  const { database } = c.var;
  c.set('scope', {
    database,
    orgId,
    actor,
    author: authorOf(actor),
    now,
    receipt: () => [],
    audit: (entry) => auditStatements({ database, orgId, actor, call: callOf(c) }, entry),
  });
  c.set('place', place);
  await next();
  // Whatever became of the call: who asks when a token was used last asks whether somebody has it.
  if (noteUse) c.executionCtx.waitUntil(noteUse());
};

/**
 * A token counts before a session: no other site can make a browser send one.
 * @throws Failure `unauthorized`; `not_found` for an organisation that is not the caller's, whether or not it is there
 */
async function whoCalls(c: AppContext, now: number): Promise<Identified> {
  const isBySession = c.req.header('authorization') === undefined && hasSessionCookie(c);
  return isBySession ? whoIsSignedIn(c, now) : whoseToken(c, now);
}

/** @throws Failure `foreign_origin` for a change, or a WebSocket, that another site makes the browser send */
async function whoIsSignedIn(c: AppContext, now: number): Promise<Identified> {
  refuseForeignOrigin(c);
  const session = await readSessionCookie(c);
  if (session === null) throw signedOut();
  const person = await identifyPerson(c.var.database, session, c.req.header(orgHeader), now);
  return { ...person, noteUse: null };
}

async function whoseToken(c: AppContext, now: number): Promise<Identified> {
  if (c.req.header('authorization') === undefined) throw signedOut();
  const token = bearerToken(c);
  const named = c.req.header(orgHeader);
  const [given, expected] = await Promise.all([sha256(token), sha256(c.env.ADMIN_TOKEN)]);
  if (equalDigests(given, expected)) {
    return {
      actor: platformAdministrator,
      orgId: named ?? defaultOrgId,
      place: 'certain',
      noteUse: null,
    };
  }
  if (!looksLikeToken(token)) throw unknownToken();
  const identified = await identify(c.var.database, token, now);
  if (named !== undefined && named !== identified.orgId) throw missingOrg(named);
  return identified;
}
