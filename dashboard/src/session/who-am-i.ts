import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { Me } from '../../../contract/access.ts';
import { ask } from '../api/client.ts';
import { credentials } from '../api/credentials.ts';
import { isProblem } from '../api/problem.ts';

/**
 * Who looks at this dashboard; null: nobody is signed in. Asked again when the tab gets the focus: a session can be
 * ended elsewhere.
 */
export function useWhoAmI() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      try {
        return (await ask<Me>({ path: '/v1/me', signal })).data;
      } catch (error) {
        if (isProblem(error, 'unauthorized')) return null;
        // The organisation that this browser remembers is gone, or theirs no more.
        if (!isProblem(error, 'not_found') || credentials.current().orgId === null) throw error;
        credentials.keepOrg(null);
        return (await ask<Me>({ path: '/v1/me', signal })).data;
      }
    },
    refetchInterval: false,
    staleTime: 60_000,
  });
}

/** Whether the caller may what takes at least the role `needed`. */
export function useMay(needed: Me['role']): boolean {
  const { data } = useWhoAmI();
  return !!data && ranks.indexOf(data.role) >= ranks.indexOf(needed);
}

const ranks: Me['role'][] = ['viewer', 'operator', 'admin', 'platform'];

/** What was read so far was somebody else's. */
export async function beganSession(queries: QueryClient): Promise<void> {
  credentials.keepToken(null);
  await queries.resetQueries();
}

export async function signOut(queries: QueryClient): Promise<void> {
  const { token } = credentials.current();
  if (token === null) await ask({ method: 'POST', path: '/auth/sign-out' });
  credentials.keepToken(null);
  credentials.keepOrg(null);
  queries.clear();
  window.location.assign('/');
}
