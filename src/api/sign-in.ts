import { createRoute } from '@hono/zod-openapi';
import { Failure } from '../../contract/failure.ts';
import {
  CodeInput,
  InvitationAcceptance,
  OidcStart,
  OidcStartInput,
  SignedIn,
  SignInInput,
  SignInMethods,
} from '../../contract/people.ts';
import { readBody } from '../http/body.ts';
import { callOf } from '../http/call.ts';
import type { AppContext } from '../http/context.ts';
import { problemsOf } from '../http/document/errors.ts';
import { headersOf, rateLimitHeaders } from '../http/document/headers.ts';
import { limitSignIn } from '../http/limit-sign-in.ts';
import { answer, bodyOf, newRouter, problems } from '../http/openapi.ts';
import { isPrivate, originOf, refuseForeignOrigin } from '../http/origin.ts';
import {
  clearSessionCookie,
  cookieKey,
  cookieNames,
  readSessionCookie,
  setSessionCookie,
} from '../http/session-cookie.ts';
import { acceptInvitation } from '../tenancy/invitations/accept.ts';
import { endSessionOf, holderOf, toSignedIn } from '../tenancy/sessions/holder.ts';
import type { LibrarySettings, OidcSettings } from '../tenancy/sign-in/library.ts';
import { type Opened, redeemSignInLink } from '../tenancy/sign-in/link.ts';

/**
 * How people get in. These routes are all that there is under `/api/auth`; better-auth, behind three of them, shows no
 * other of its own. What opens a session never takes an old one over.
 */
export const signInRoutes = newRouter();

const shared = { tags: ['Sign-in'], security: [] };

/** Of every way in. */
const refusals = ['foreign_origin', 'insecure_connection', 'too_many_requests'] as const;

signInRoutes.use('*', async function comesFromUs(c, next) {
  refuseForeignOrigin(c);
  await next();
});

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'get',
    path: '/methods',
    operationId: 'getSignInMethods',
    summary: 'How people can sign in here',
    responses: { 200: answer(SignInMethods, 'The ways'), ...problems },
  }),
  (c) => {
    const oidc = oidcOf(c) && { name: c.env.OIDC_NAME ?? 'single sign-on' };
    return c.json({ password: true as const, oidc }, 200);
  },
);

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'post',
    path: '/sign-in/password',
    operationId: 'signInByPassword',
    summary: 'Sign in with e-mail and password',
    request: { body: bodyOf(signInRoutes, 'SignInInput', SignInInput) },
    responses: {
      200: answer(SignedIn, 'Signed in', 'Set-Cookie'),
      ...problemsOf({ also: [...refusals, 'sign_in_failed'] }),
    },
  }),
  async (c) => {
    const input = await readBody(c, SignInInput);
    const settings = await librarySettings(c, null);
    const { signInByPassword } = await library();
    const { token } = await limitSignIn(c, input.email, () =>
      signInByPassword(settings, input, c.req.raw.headers),
    );
    await setSessionCookie(c, token, settings.cookies.secure);
    return c.json(toSignedIn(await holderOf(c.var.database, token, settings.now)), 200);
  },
);

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'post',
    path: '/sign-in/oidc',
    operationId: 'startOidcSignIn',
    summary: "Begin to sign in at the identity provider: the browser goes to the answer's `url`",
    request: { body: bodyOf(signInRoutes, 'OidcStartInput', OidcStartInput) },
    responses: {
      200: answer(OidcStart, 'Where to go', 'Set-Cookie', ...rateLimitHeaders),
      ...problemsOf({ also: ['foreign_origin', 'not_found', 'too_many_requests'] }),
    },
  }),
  async (c) => {
    const { return_to, invitation_code } = await readBody(c, OidcStartInput);
    const settings = await librarySettings(c, neededOidc(c));
    const { startOidc } = await library();
    const { url, headers } = await startOidc(settings, return_to, invitation_code);
    for (const [name, value] of headers) {
      if (name === 'set-cookie') c.header(name, value, { append: true });
    }
    return c.json({ url }, 200);
  },
);

signInRoutes.get('/callback/oidc', async (c) => {
  c.set('operationId', 'finishOidcSignIn');
  const settings = await librarySettings(c, neededOidc(c));
  const { finishOidc } = await library();
  const url = new URL(c.req.url);
  const request = new Request(settings.origin + url.pathname + url.search, c.req.raw);
  return finishOidc(settings, request);
});

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'post',
    path: '/sign-in-links/redeem',
    operationId: 'redeemSignInLink',
    summary: 'Sign in by a link',
    request: { body: bodyOf(signInRoutes, 'CodeInput', CodeInput) },
    responses: {
      200: answer(SignedIn, 'Signed in', 'Set-Cookie'),
      ...problemsOf({ also: [...refusals, 'invalid_code'] }),
    },
  }),
  async (c) => {
    const { code } = await readBody(c, CodeInput);
    const secure = mustBePrivate(c);
    const opened = await limitSignIn(c, null, () =>
      redeemSignInLink(c.var.database, code, callOf(c), Date.now()),
    );
    return letIn(c, opened, secure);
  },
);

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'post',
    path: '/invitations/accept',
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation, and be signed in',
    request: { body: bodyOf(signInRoutes, 'InvitationAcceptance', InvitationAcceptance) },
    responses: {
      200: answer(SignedIn, 'Signed in, and a member', 'Set-Cookie'),
      ...problemsOf({ also: [...refusals, 'invalid_code', 'unauthorized', 'already_member'] }),
    },
  }),
  async (c) => {
    const input = await readBody(c, InvitationAcceptance);
    const secure = mustBePrivate(c);
    const [now, session] = [Date.now(), await readSessionCookie(c)];
    const signedIn =
      session === null ? null : await holderOf(c.var.database, session, now).catch(() => null);
    const opened = await limitSignIn(c, null, () =>
      acceptInvitation(c.var.database, input, signedIn, callOf(c), now),
    );
    return letIn(c, opened, secure);
  },
);

signInRoutes.openapi(
  createRoute({
    ...shared,
    method: 'post',
    path: '/sign-out',
    operationId: 'signOut',
    summary: 'End the session of this browser; without one nothing happens',
    responses: {
      204: { description: 'Signed out', headers: headersOf('Set-Cookie') },
      ...problemsOf({ also: ['foreign_origin'] }),
    },
  }),
  async (c) => {
    const session = await readSessionCookie(c);
    if (session !== null) await endSessionOf(c.var.database, session);
    clearSessionCookie(c);
    return c.body(null, 204);
  },
);

/** better-auth is loaded by the first who signs in: agents and programs need none of it. */
function library() {
  return import('../tenancy/sign-in/library.ts');
}

async function librarySettings(c: AppContext, oidc: OidcSettings | null): Promise<LibrarySettings> {
  return {
    database: c.var.database,
    origin: originOf(c),
    key: await cookieKey(c.env.ADMIN_TOKEN),
    cookies: cookieNames(mustBePrivate(c)),
    oidc,
    knownProvider: c.var.knownProvider,
    call: callOf(c),
    now: Date.now(),
  };
}

/** True over https. @throws Failure `insecure_connection` */
function mustBePrivate(c: AppContext): boolean {
  const origin = originOf(c);
  if (!isPrivate(origin)) {
    throw new Failure('insecure_connection', `Others could read the session at ${origin}.`);
  }
  return origin.startsWith('https:');
}

async function letIn(c: AppContext, { token, session, user }: Opened, secure: boolean) {
  await setSessionCookie(c, token, secure);
  const { email, name } = user;
  return c.json(toSignedIn({ ...session, email, name }), 200);
}

function oidcOf({ env }: AppContext): OidcSettings | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  return issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : null;
}

/** @throws Failure `not_found` */
function neededOidc(c: AppContext): OidcSettings {
  const oidc = oidcOf(c);
  if (!oidc) throw new Failure('not_found', 'This control plane has no identity provider.');
  return oidc;
}
