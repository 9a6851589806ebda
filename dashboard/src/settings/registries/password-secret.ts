import type { Registry } from '../../../../contract/registry.ts';

/** How a login names the secret that is its password. */
export function placeholderOf(secret: string): string {
  return `{{secrets.${secret}}}`;
}

/** The name of the secret that is the password. */
export function passwordSecretOf({ password }: Pick<Registry, 'password'>): string {
  return /secrets\.([A-Za-z0-9_.-]+)/.exec(password)?.[1] ?? '';
}

/** What a new secret for a registry may be called: a port's ":" may not stand in it. */
export function suggestedSecret(server: string): string {
  const name = server.trim().replace(/[^A-Za-z0-9_.-]+/g, '-');
  return name === '' ? '' : `${name}-password`;
}
