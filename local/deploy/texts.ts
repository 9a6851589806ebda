import type { SecretName } from './secrets.ts';

export const usage = `Deploys the control plane to Cloudflare Workers.

  make deploy [DEPLOY_FLAGS="..."]
    --yes       do not ask
    --dry-run   all that needs no network: check the environment, bundle the Worker; nothing is changed
    --help

It needs in its environment
  DATABASE_URL, DATABASE_AUTH_TOKEN   of a libSQL database (Turso)
  ADMIN_TOKEN                         the platform administrator's bearer token
  SECRETS_KEY                         seals the organisations' secrets in the database
  CLOUDFLARE_API_TOKEN                unless you are signed in (npx wrangler login)
`;

const HOW_TO_MAKE: Record<SecretName, string> = {
  DATABASE_URL: 'turso db create longshore && turso db show longshore --url',
  DATABASE_AUTH_TOKEN: 'turso db tokens create longshore',
  ADMIN_TOKEN: 'openssl rand -hex 32      (keep it: it is the key to the API)',
  SECRETS_KEY: 'openssl rand -base64 32   (keep it: without it no secret opens any more)',
};

/** How a person makes the secrets that are not there. */
export function howToMake(missing: readonly SecretName[]): string {
  const lines = missing.map((name) => `  ${name.padEnd(20)} ${HOW_TO_MAKE[name]}`);
  return ['Make each and put it into the environment (export NAME=value):', ...lines].join('\n');
}

export function planText(plan: {
  databaseUrl: string | undefined;
  migrations: number;
  worker: string;
  size: string;
}): string {
  return `This deploys Longshore's control plane:

  1. Database  ${plan.databaseUrl ?? '(DATABASE_URL)'}
               gets those of the ${plan.migrations} migrations in drizzle/ that it lacks
  2. Worker    ${plan.worker}, ${plan.size}, as wrangler.toml says
               (Durable Object, cron trigger, static assets; [limits] needs Workers Paid)
  3. Secrets   DATABASE_URL, DATABASE_AUTH_TOKEN, ADMIN_TOKEN and SECRETS_KEY of this environment become
               the Worker's
               (one alone, later: npx wrangler secret put NAME)
`;
}

export const DONE_TEXT = `
Deployed. Try it at the address that wrangler shows above:

  curl -H "authorization: Bearer $ADMIN_TOKEN" https://ADDRESS/api/v1/hosts
`;
