import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { Failure } from '../../../contract/failure.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { admitInvited, isInvited } from '../invitations/admit.ts';
import { sessionSeconds } from '../sessions/open.ts';
import { signInStatements } from './audit.ts';
import type { KnownProvider } from './known-provider.ts';
import { libraryAdapter } from './store/adapter.ts';
import { oidcProvider } from './store/users.ts';

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
 * discovery document first, unless it is known. Nobody gets an account by signing up: a provider's user gets one only where the provider
 * vouches for the address and an invitation waits for it.
 */
function open(settings: LibrarySettings) {
  const { database, origin, key, cookies, oidc, knownProvider, call, now } = settings;
  return betterAuth({
    baseURL: origin,
    basePath: '/api/auth',
    secret: key,
    database: libraryAdapter(database, (session) => signInStatements(database, call, session)),
    emailAndPassword: { enabled: true, disableSignUp: true },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: {
      // Nothing is kept of a sign-in that is under way, and of a provider nothing but who its user is.
      storeStateStrategy: 'cookie',
      updateAccountOnSignIn: false,
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
            if (!user.emailVerified || !(await isInvited(database, user.email, now))) return false;
            return { data: { ...user, name: user.name || user.email } };
          },
          after: (user) => admitInvited(database, user, call, now),
        },
      },
      session: {
        create: {
          before: async (session) => ({
            data: { ...session, ipAddress: call.address, userAgent: call.userAgent },
          }),
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
): Promise<{ url: string; headers: Headers }> {
  return withProvider(settings, async (library) => {
    const { response, headers } = await library.api.signInSocial({
      body: {
        provider: oidcProvider,
        callbackURL: settings.origin + returnTo,
        errorCallbackURL: `${settings.origin}/sign-in`,
        disableRedirect: true,
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
