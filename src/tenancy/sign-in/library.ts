import { APIError, getOAuthState } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { Failure } from '../../../contract/failure.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { sha256 } from '../hash.ts';
import { acceptingStatements } from '../invitations/accept.ts';
import { findInvitation } from '../invitations/by-provider.ts';
import type { InvitationRow } from '../invitations/store.ts';
import { endOldest, sessionSeconds } from '../sessions/open.ts';
import { signInStatements } from './audit.ts';
import type { KnownProvider } from './known-provider.ts';
import { libraryAdapter } from './store/adapter.ts';
import { oidcProvider, selectUser, type UserRow } from './store/users.ts';

/** A provider of OpenID Connect, as its operator registered us. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface LibrarySettings {
  database: Database;
  /** Where people find us. */
  origin: string;
  /** Signs cookies. */
  key: string;
  cookies: { session: string; oidcState: string; secure: boolean };
  /** Null: there is none, or it is not needed now. */
  oidc: OidcSettings | null;
  /** Of the isolate. */
  knownProvider: KnownProvider;
  call: Call;
  /** Milliseconds since 1970. */
  now: number;
}

/** So long the provider may take for all of its answers to one request. */
const providerMs = 10_000;

const ids = { user: 'usr', account: 'acc', session: 'ses' } as const;

/**
 * better-auth, for one request: it holds the request's database client. With a provider it reads the provider's
 * discovery document first, unless it is known. Nobody gets an account by signing up: a provider's user gets one only
 * where the provider vouches for the address and they opened the link of an invitation to it.
 */
function open(settings: LibrarySettings) {
  const { database, origin, key, cookies, oidc, knownProvider, call, now } = settings;
  let invitation: InvitationRow | undefined;
  /** Who is known, and accepts it; who is not accepts it by being made. */
  let accepting: UserRow | undefined;

  /** @throws APIError that sends the browser back with its code */
  async function takeInvitation(user: { email: string; emailVerified: boolean }): Promise<void> {
    const found = await findInvitation(database, user, await invitationOfState(), now);
    if (typeof found === 'string') throw new APIError('FORBIDDEN', { code: found });
    invitation = found;
  }

  return betterAuth({
    baseURL: origin,
    basePath: '/api/auth',
    secret: key,
    database: libraryAdapter(database, oidc?.issuer ?? null, {
      user(insert, row) {
        if (!invitation) throw new Error('nobody is made without an invitation');
        return acceptingStatements(database, call, row, invitation, now, [insert]);
      },
      session: (insert, row) => [
        ...(accepting && invitation
          ? acceptingStatements(database, call, accepting, invitation, now)
          : []),
        insert,
        endOldest(database, row.userId),
        ...signInStatements(database, call, row),
      ],
    }),
    emailAndPassword: { enabled: true, disableSignUp: true },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: {
      // Nothing is kept of a sign-in that is under way, and of a provider nothing but who its user is.
      storeStateStrategy: 'cookie',
      updateAccountOnSignIn: false,
      // An address can be given to somebody else: the provider's own id of a person counts.
      accountLinking: { disableImplicitLinking: true },
    },
    advanced: {
      useSecureCookies: false,
      defaultCookieAttributes: { secure: cookies.secure },
      cookies: {
        session_token: { name: cookies.session },
        oauth_state: { name: cookies.oidcState },
      },
      ipAddress: { disableIpTracking: true },
      database: {
        generateId: ({ model }) => newId(ids[model as keyof typeof ids]), // the models of the adapter
      },
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => {
            await takeInvitation(user);
            return { data: { ...user, name: user.name || user.email } };
          },
        },
      },
      session: {
        create: {
          before: async (session) => {
            if (oidc && !invitation && (await invitationOfState()) !== null) {
              [accepting] = await selectUser(database, session.userId);
              // The provider vouched for the address when the account was made.
              if (accepting) await takeInvitation(accepting);
            }
            return { data: { ...session, ipAddress: call.address, userAgent: call.userAgent } };
          },
        },
      },
    },
    onAPIError: { errorURL: `${origin}/sign-in` },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', log: (_level, message) => logTrouble(message) },
    plugins: oidc
      ? [
          knownProvider.remember(
            genericOAuth({
              config: [
                {
                  providerId: oidcProvider,
                  discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret,
                  scopes: ['openid', 'email', 'profile'],
                  pkce: true,
                  requireIdTokenVerification: true,
                },
              ],
            }),
            oidc.issuer,
            now,
          ),
        ]
      : [],
  });
}

/** The hash of the invitation's code that a sign-in under way began with; null: it began with none. */
async function invitationOfState(): Promise<string | null> {
  const hash: unknown = (await getOAuthState())?.invitation;
  return typeof hash === 'string' ? hash : null;
}

/** @throws Failure `sign_in_failed` */
export async function signInByPassword(
  settings: LibrarySettings,
  { email, password }: { email: string; password: string },
  headers: Headers,
): Promise<{ token: string; userId: string }> {
  try {
    const { token, user } = await open(settings).api.signInEmail({
      body: { email, password },
      headers,
    });
    return { token, userId: user.id };
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
    throw new Failure('sign_in_failed', 'The e-mail address or the password is wrong.');
  }
}

/** The address at the provider where the browser goes, and the cookie that brings it back. @throws as `withProvider` */
export async function startOidc(
  settings: LibrarySettings,
  returnTo: string,
  invitationCode: string | undefined,
): Promise<{ url: string; headers: Headers }> {
  const invitation = invitationCode === undefined ? undefined : await sha256(invitationCode);
  return withProvider(settings, async (library) => {
    const { response, headers } = await library.api.signInSocial({
      body: {
        provider: oidcProvider,
        callbackURL: settings.origin + returnTo,
        errorCallbackURL: `${settings.origin}/sign-in`,
        disableRedirect: true,
        ...(invitation === undefined ? {} : { additionalData: { invitation } }),
      },
      returnHeaders: true,
    });
    return { url: response.url ?? '', headers };
  });
}

/** The provider sent the browser back: a redirect, with the session's cookie or `?error=`. @throws as `withProvider` */
export async function finishOidc(settings: LibrarySettings, request: Request): Promise<Response> {
  return withProvider(settings, (library) => library.handler(request));
}

/** @throws Failure `provider_unavailable`; `misconfigured` where the provider calls itself otherwise */
async function withProvider<Result>(
  settings: LibrarySettings,
  use: (library: ReturnType<typeof open>) => Promise<Result>,
): Promise<Result> {
  const library = open(settings);
  const answer = async () => {
    const { socialProviders } = await library.$context;
    const provider = socialProviders.find(({ id }) => id === oidcProvider);
    if (!provider) throw providerAway('Its discovery document cannot be read.');
    // OpenID Connect Discovery 1.0, 4.3: the issuer must be exactly the one that was asked.
    if (provider.issuer !== settings.oidc?.issuer) {
      throw new Failure('misconfigured', 'OIDC_ISSUER is not what the provider calls itself.');
    }
    return use(library);
  };
  return inTime(answer());
}

async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(providerAway('It takes too long.')), providerMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function providerAway(detail: string): Failure {
  return new Failure('provider_unavailable', `The identity provider does not answer. ${detail}`);
}

function logTrouble(message: string): void {
  console.warn(JSON.stringify({ level: 'warning', message: 'sign-in', detail: message }));
}
