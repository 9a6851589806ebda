import * as z from 'zod';
import { Failure } from '../contract/failure.ts';
import type { Hub } from './hub/hub.ts';

/** Texts that the platform binds to the Worker. */
const Settings = z
  .object({
    /** `libsql://…` or `http://…` */
    DATABASE_URL: z.string().min(1),
    DATABASE_AUTH_TOKEN: z.string().min(1).optional(),
    /** The platform administrator's token. */
    ADMIN_TOKEN: z.string().min(32, 'must be at least 32 characters'),
    /** Seals the organisations' secrets: 32 bytes in base64; while keys are rotated the older ones after it, by commas. */
    SECRETS_KEY: z.string().min(1).optional(),
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

/** What the platform binds to the Worker. */
export interface Env {
  DATABASE_URL: string;
  DATABASE_AUTH_TOKEN?: string;
  ADMIN_TOKEN: string;
  SECRETS_KEY?: string;
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  OIDC_NAME?: string;
  HUB: DurableObjectNamespace<Hub>;
  VERSION?: string;
  /** dist/assets */
  ASSETS: Fetcher;
}

/** @throws Failure `misconfigured` that names each setting that is missing or unusable, never its value. */
export function checkEnv(env: Env): void {
  const { error } = Settings.safeParse(env);
  if (!error) return;
  const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Failure('misconfigured', `The control plane lacks settings: ${faults.join('; ')}`);
}
