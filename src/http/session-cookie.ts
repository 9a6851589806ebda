import { deleteCookie, getCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { sha256 } from '../tenancy/hash.ts';
import { sessionSeconds } from '../tenancy/sessions/open.ts';
import type { AppContext } from './context.ts';
import { isSecure } from './secure-answers.ts';

/*
 * The session's cookie: its token and a signature, as better-auth writes and reads it too. `__Host-` (RFC 6265bis)
 * ties it to this very host over https; over plain http, on one's own machine, browsers refuse such a name.
 */

const secureName = '__Host-longshore_session';
const plainName = 'longshore_session';

/** The names of our cookies on a connection that is https, or is not. */
export function cookieNames(secure: boolean) {
  return {
    session: secure ? secureName : plainName,
    oidcState: secure ? '__Host-longshore_oidc' : 'longshore_oidc',
    secure,
  };
}

/** What cookies are signed with. With another ADMIN_TOKEN everybody is signed out. */
export function cookieKey(adminToken: string): Promise<string> {
  return sha256(`longshore cookies\n${adminToken}`);
}

/**
 * The name of the session's cookie on the connection of this request. Over https the plain one is none of ours: another
 * host of the same domain could have set it, to sign somebody in as somebody else.
 */
function sessionName(c: AppContext): string {
  return cookieNames(isSecure(c.req.url, c.req.header('x-forwarded-proto'))).session;
}

/** True for a request that carries a session, whatever it is worth. */
export function hasSessionCookie(c: AppContext): boolean {
  return getCookie(c, sessionName(c)) !== undefined;
}

/** The token in the session's cookie; null where there is none, or one that we did not sign. */
export async function readSessionCookie(c: AppContext): Promise<string | null> {
  const key = await cookieKey(c.env.ADMIN_TOKEN);
  return (await getSignedCookie(c, key, sessionName(c))) || null;
}

export async function setSessionCookie(c: AppContext, token: string, secure: boolean) {
  await setSignedCookie(c, cookieNames(secure).session, token, await cookieKey(c.env.ADMIN_TOKEN), {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure,
    maxAge: sessionSeconds,
  });
}

export function clearSessionCookie(c: AppContext): void {
  for (const secure of [true, false]) {
    const name = cookieNames(secure).session;
    if (getCookie(c, name) !== undefined) deleteCookie(c, name, { path: '/', secure });
  }
}
