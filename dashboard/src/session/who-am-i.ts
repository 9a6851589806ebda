import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/client.ts';

/** Who looks at this dashboard. */
export interface WhoAmI {
  role: 'viewer' | 'operator' | 'admin' | 'platform';
}

/** Asked once, and again when the tab gets the focus: a token can be revoked meanwhile. */
export function useWhoAmI() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) => (await ask<WhoAmI>({ path: '/v1/me', signal })).data,
    refetchInterval: false,
    staleTime: 60_000,
  });
}
