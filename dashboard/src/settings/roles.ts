import type { Role, TokenRole } from '../../../contract/access.ts';

/** What each role is called, and what it may. */
export const roleWords: Record<TokenRole, { label: string; may: string }> = {
  viewer: { label: 'Viewer', may: 'Can view, but not change anything.' },
  operator: { label: 'Operator', may: 'Can change deployments, backends and hosts.' },
  admin: {
    label: 'Administrator',
    may: 'Can also change secrets, registries, tokens, members and the organisation.',
  },
};

export function roleLabel(role: Role): string {
  return role === 'platform' ? 'Platform administrator' : roleWords[role].label;
}
