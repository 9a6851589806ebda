import * as z from 'zod';
import { Failure } from '../../contract/failure.ts';
import { keyRule, parseKeys } from '../tenancy/secrets/vault.ts';

/** A number of requests; 0: no limit. */
function perMinute(byDefault: number) {
  return z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number of at most 6 digits; 0: no limit')
    .transform(Number)
    .default(byDefault);
}

/** Addresses of sites, by commas. */
const Origins = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((one) => one.trim()))
  .transform((origins) => origins.filter((origin) => origin !== ''))
  .refine(
    (origins) => origins.every(isOrigin),
    'must be origins such as https://console.example.com, by commas; "*" is none',
  );

function isOrigin(text: string): boolean {
  try {
    return /^https?:/.test(text) && new URL(text).origin === text;
  } catch {
    return false;
  }
}

/** Texts that the platform binds to the Worker. */
const Settings = z
  .object({
    /** `libsql://…` or `http://…` */
    DATABASE_URL: z.string().min(1),
    DATABASE_AUTH_TOKEN: z.string().min(1).optional(),
    /** The platform administrator's token. */
    ADMIN_TOKEN: z.string().min(32, 'must be at least 32 characters'),
    /** Seals the organisations' secrets: 32 bytes in base64; while keys are rotated the older ones after it, by commas. */
    SECRETS_KEY: z
      .string()
      .refine((text) => parseKeys(text).every((key) => key !== null), keyRule)
      .optional(),
    /** So many days a line of the audit is kept. */
    AUDIT_DAYS: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, 'must be a number of days from 1 to 99999')
      .default('365')
      .transform(Number),
    /** Sites whose pages may call the API in a browser; without it none. */
    CORS_ORIGINS: Origins,
    /** Tokens of an address that were refused. */
    LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE: perMinute(120),
    /** Of an address, and of an enrolment token. */
    LIMIT_ENROLMENTS_PER_MINUTE: perMinute(120),
    LIMIT_WRITES_PER_AUTHOR_PER_MINUTE: perMinute(300),
    LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE: perMinute(600),
    /** An identity provider that people sign in at (OpenID Connect): its issuer, exactly as it calls itself. */
    OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
    OIDC_CLIENT_ID: z.string().min(1).optional(),
    OIDC_CLIENT_SECRET: z.string().min(1).optional(),
    /** As people know the provider. */
    OIDC_NAME: z.string().min(1).max(60).optional(),
  })
  .superRefine(({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }, context) => {
    const provider = { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET };
    if (Object.values(provider).every((value) => value === undefined)) return;
    for (const [name, value] of Object.entries(provider)) {
      if (value !== undefined) continue;
      const message = 'is needed beside the other settings of the identity provider';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
export type Settings = z.infer<typeof Settings>;

/**
 * As `settingsOf`, for what hosts call: they go on with those of the keys that can be read.
 * @throws as `settingsOf`
 */
export function settingsForHosts(env: object): Settings {
  return settingsOf({ ...env, SECRETS_KEY: undefined });
}

/** @throws Failure `misconfigured` that names each setting that is missing or unusable, never its value. */
export function settingsOf(env: unknown): Settings {
  const { data, error } = Settings.safeParse(env);
  if (data) return data;
  const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Failure('misconfigured', `The control plane lacks settings: ${faults.join('; ')}`);
}
