import type { Role, TokenRole } from '../../../contract/access.ts';

/** What each role is called, and what it may. */
export const roleWords: Record<TokenRole, { label: string; may: string }> = {
  viewer: { label: 'Viewer', may: 'Reads, and changes nothing.' },
  operator: { label: 'Operator', may: 'Changes deployments, backends and hosts.' },
  admin: {
    label: 'Administrator',
    may: 'Also secrets, registries, tokens, members and the organisation.',
  },
};

export function roleLabel(role: Role): string {
  return role === 'platform' ? 'Platform administrator' : roleWords[role].label;
}
