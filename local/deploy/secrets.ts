/** The Worker's secrets, in the order in which they are made. */
export const secretNames = [
  'DATABASE_URL',
  'DATABASE_AUTH_TOKEN',
  'ADMIN_TOKEN',
  'SECRETS_KEY',
] as const;
export type SecretName = (typeof secretNames)[number];
export type Secrets = Record<SecretName, string>;

export interface SecretsRead {
  values: Partial<Secrets>;
  missing: SecretName[];
  /** What is wrong with those that are there; never their values. */
  faults: string[];
}

const MIN_ADMIN_TOKEN_LENGTH = 32;

/** Reads the secrets of a deployment from the environment, and what can be said about them without a network. */
export function readSecrets(
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): SecretsRead {
  const read: SecretsRead = { values: {}, missing: [], faults: [] };
  for (const name of secretNames) {
    const value = env[name]?.trim();
    if (!value) {
      read.missing.push(name);
      continue;
    }
    read.values[name] = value;
    const fault = faultOf(name, value, now);
    if (fault) read.faults.push(`${name} ${fault}`);
  }
  return read;
}

function faultOf(name: SecretName, value: string, now: Date): string | null {
  switch (name) {
    case 'DATABASE_URL':
      return urlFault(value);
    case 'DATABASE_AUTH_TOKEN':
      return tokenFault(value, now);
    case 'ADMIN_TOKEN':
      if (/\s/.test(value)) return 'holds blanks, which a bearer token cannot.';
      return value.length < MIN_ADMIN_TOKEN_LENGTH
        ? `is shorter than ${MIN_ADMIN_TOKEN_LENGTH} characters.`
        : null;
    case 'SECRETS_KEY':
      return value.split(',').every((key) => /^[A-Za-z0-9+/]{43}=$/.test(key.trim()))
        ? null
        : 'must be 32 random bytes in base64, or several such keys with commas between, the newest first.';
  }
}

function urlFault(value: string): string | null {
  if (!URL.canParse(value)) return 'is no URL.';
  const url = new URL(value);
  if (!['libsql:', 'https:'].includes(url.protocol)) {
    return `begins with ${url.protocol}//, but a Worker reaches a database at libsql:// or https:// only.`;
  }
  if (/^(localhost|127\.|\[::1\])/.test(url.hostname)) {
    return 'names this machine, which Cloudflare cannot reach.';
  }
  return url.searchParams.has('authToken')
    ? 'carries a token: put it into DATABASE_AUTH_TOKEN instead.'
    : null;
}

/** Turso's tokens are JSON Web Tokens, which say how long and for what they are good. Others are taken as they are. */
function tokenFault(value: string, now: Date): string | null {
  if (/\s/.test(value)) return 'holds blanks, which a token cannot.';
  const { exp, a } = jwtClaims(value);
  if (typeof exp === 'number' && exp * 1000 <= now.getTime()) {
    return `expired on ${new Date(exp * 1000).toISOString()}.`;
  }
  return a === 'ro' ? 'is read-only: the control plane writes.' : null;
}

function jwtClaims(token: string): { exp?: unknown; a?: unknown } {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    // Not a JSON Web Token.
    return {};
  }
}
