import type { OrgLimits } from '../../../../contract/org.ts';

export const limitWords: { key: keyof OrgLimits; label: string }[] = [
  { key: 'hosts', label: 'Hosts' },
  { key: 'deployments', label: 'Deployments' },
  { key: 'tokens', label: 'API tokens' },
];
