import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Somebody at the provider. */
export interface ProviderUser {
  sub: string;
  email: string;
  email_verified: boolean;
  name?: string;
}

export interface OidcProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who is signed in there; null: whoever comes says no. */
  user: ProviderUser | null;
  /** Changes claims of the next ID tokens, or who signs them. */
  forgery: { claims?: Record<string, unknown>; foreignKey?: boolean };
  /** So often discovery was asked. */
  discoveries: number;
  /** What discovery does. */
  discovery: 'answers' | 'hangs' | 'fails' | 'names another issuer';
  stop(): Promise<void>;
}

interface Grant {
  redirectUri: string;
  challenge: string;
  nonce: string;
  user: ProviderUser;
}

/**
 * An OpenID provider on loopback: authorization code with PKCE (S256 demanded), client authentication, ID tokens signed
 * with RS256. A code is good once.
 */
export async function startOidcProvider(): Promise<OidcProvider> {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const grants = new Map<string, Grant>();
  const provider: OidcProvider = {
    issuer: '',
    clientId: 'longshore',
    clientSecret: `secret-${randomBytes(8).toString('hex')}`,
    user: null,
    forgery: {},
    discoveries: 0,
    discovery: 'answers',
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const server = createServer(async (request, reply) => {
    const url = new URL(request.url ?? '/', provider.issuer);
    const json = (status: number, body: unknown) =>
      reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        provider.discoveries += 1;
        if (provider.discovery === 'hangs') return;
        if (provider.discovery === 'fails') return json(500, {});
        return json(200, describe());
      case '/jwks':
        return json(200, { keys: [publicKey()] });
      case '/authorize':
        return reply.writeHead(302, { location: authorize(url.searchParams) }).end();
      case '/token': {
        const grant = await redeem(request);
        return grant ? json(200, tokensFor(grant)) : json(400, { error: 'invalid_grant' });
      }
      default:
        return json(404, {});
    }
  });

  function describe() {
    const at = (path: string) => `${provider.issuer}${path}`;
    const isOther = provider.discovery === 'names another issuer';
    return {
      issuer: isOther ? 'https://other.example' : provider.issuer,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      jwks_uri: at('/jwks'),
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
    };
  }

  const publicKey = () => ({ ...keys.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'RS256' });

  function authorize(query: URLSearchParams): string {
    const redirectUri = query.get('redirect_uri') ?? '';
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    const isProper =
      query.get('client_id') === provider.clientId &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      query.get('scope')?.split(' ').includes('openid');
    if (!isProper || !provider.user) {
      back.searchParams.set('error', isProper ? 'access_denied' : 'invalid_request');
      return back.href;
    }
    const code = randomBytes(16).toString('hex');
    const [challenge, nonce] = [query.get('code_challenge') ?? '', query.get('nonce') ?? ''];
    grants.set(code, { redirectUri, challenge, nonce, user: provider.user });
    back.searchParams.set('code', code);
    return back.href;
  }

  async function redeem(request: IncomingMessage): Promise<Grant | null> {
    const form = new URLSearchParams(await text(request));
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const [id, secret] = basic
      ? Buffer.from(basic, 'base64').toString().split(':')
      : [form.get('client_id'), form.get('client_secret')];
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isProper =
      id === provider.clientId &&
      secret === provider.clientSecret &&
      grant?.challenge === challenge &&
      grant.redirectUri === form.get('redirect_uri');
    return isProper ? grant : null;
  }

  function tokensFor({ user, nonce }: Grant) {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: provider.issuer,
      aud: provider.clientId,
      iat: now,
      exp: now + 300,
      ...(nonce ? { nonce } : {}),
      ...user,
      ...provider.forgery.claims,
    };
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'RS256', kid: '1' })}.${part(claims)}`;
    const { privateKey } = provider.forgery.foreignKey ? foreign : keys;
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
    return {
      access_token: 'access-token-canary',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: `${signed}.${signature}`,
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port of TCP.
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}
