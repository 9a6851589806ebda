import type { Me } from '../../../contract/access.ts';

/** The organisations to choose from, and this one, of which a platform administrator need not be a member. */
export function orgsOf({ org, orgs }: Pick<Me, 'org' | 'orgs'>): { id: string; name: string }[] {
  return orgs.some(({ id }) => id === org.id) ? orgs : [org, ...orgs];
}
