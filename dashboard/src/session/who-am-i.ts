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
        return await readMe(signal);
      } catch (error) {
        if (isProblem(error, 'unauthorized')) return null;
        // The organisation that this browser remembers is gone, or theirs no more.
        if (!isProblem(error, 'not_found') || credentials.current().orgId === null) throw error;
        credentials.keepOrg(null);
        return readMe(signal);
      }
    },
    refetchInterval: false,
    staleTime: 60_000,
  });
}

async function readMe(signal: AbortSignal): Promise<Me> {
  const { data } = await ask<Me>({ path: '/v1/me', signal });
  // From here on every request names it: a person with several must say which one a change is of.
  if (data.kind === 'person') credentials.holdOrg(data.org.id);
  return data;
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
