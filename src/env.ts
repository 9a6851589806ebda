import type { Hub } from './hub/hub.ts';

/** What the platform binds to the Worker; http/settings.ts says what its texts may be. */
export interface Env {
  DATABASE_URL: string;
  DATABASE_AUTH_TOKEN?: string;
  ADMIN_TOKEN: string;
  SECRETS_KEY?: string;
  CORS_ORIGINS?: string;
  LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE?: string;
  LIMIT_ENROLMENTS_PER_MINUTE?: string;
  LIMIT_WRITES_PER_AUTHOR_PER_MINUTE?: string;
  LIMIT_WRITES_PER_ORGANISATION_PER_MINUTE?: string;
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  OIDC_NAME?: string;
  AUDIT_DAYS?: string;
  HUB: DurableObjectNamespace<Hub>;
  VERSION?: string;
  /** dist/assets */
  ASSETS: Fetcher;
}
