import { type Query, type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Me } from '../../../contract/access.ts';
import { ask } from '../api/client.ts';
import { credentials } from '../api/credentials.ts';
import { isProblem } from '../api/problem.ts';
import { tellTabs } from './tabs.ts';

export const whoAmIKey = ['me'] as const;

/** Who was here last, so that another one is never shown what was read for them. */
const lastSeen = new WeakMap<QueryClient, string>();

const whoAmIQuery = queryOptions({
  queryKey: whoAmIKey,
  queryFn: async ({ client, signal }) => {
    try {
      const me = await readMeOfOrg(signal);
      if (me.kind === 'person') credentials.keepEntered(true);
      const last = lastSeen.get(client);
      lastSeen.set(client, identityOf(me));
      if (last !== undefined && last !== identityOf(me)) {
        client.removeQueries({ predicate: isNotWhoAmI });
      }
      return me;
    } catch (error) {
      if (!isProblem(error, 'unauthorized')) throw error;
      credentials.keepEntered(false);
      if (client.getQueryData(whoAmIKey)) tellTabs('ask again');
      return null;
    }
  },
  refetchInterval: false,
  staleTime: 60_000,
});

/**
 * Who looks at this dashboard; null: nobody is signed in. Asked again when the tab gets the focus, and when something
 * is refused: a session can be ended elsewhere.
 */
export function useWhoAmI() {
  return useQuery(whoAmIQuery);
}

/** Whom, and in which organisation, everything on the screen was read for. */
export function identityOf(me: Me): string {
  return `${me.kind} ${me.user?.id ?? me.name} ${me.org.id}`;
}

async function readMeOfOrg(signal: AbortSignal): Promise<Me> {
  try {
    return await readMe(signal);
  } catch (error) {
    // The organisation that this browser remembers is gone, or theirs no more.
    if (!isProblem(error, 'not_found') || credentials.current().orgId === null) throw error;
    credentials.keepOrg(null);
    return readMe(signal);
  }
}

async function readMe(signal: AbortSignal): Promise<Me> {
  const { orgId } = credentials.current();
  const { data } = await ask<Me>({ path: '/v1/me', signal });
  // From here on every request names it: a person with several must say which one a change is of. Not where another one
  // was chosen while this was asked: the page is about to be loaded anew for that one.
  const isAsAsked = credentials.current().orgId === orgId;
  if (data.kind === 'person' && isAsAsked) credentials.holdOrg(data.org.id);
  return data;
}

/** Whether the caller may what takes at least the role `needed`. */
export function useMay(needed: Me['role']): boolean {
  const { data } = useWhoAmI();
  // A page that waits behind the way in stays as it was.
  const last = useRef(data);
  if (data) last.current = data;
  return !!last.current && ranks.indexOf(last.current.role) >= ranks.indexOf(needed);
}

const ranks: Me['role'][] = ['viewer', 'operator', 'admin', 'platform'];

/** Somebody came in. What is shown is read again; a page that waited for them goes on. */
export async function beganSession(queries: QueryClient): Promise<void> {
  credentials.keepToken(null);
  await queries.cancelQueries({ queryKey: whoAmIKey });
  try {
    await queries.fetchQuery({ ...whoAmIQuery, staleTime: 0 });
  } catch (error) {
    // It has a page of its own.
    if (!isProblem(error, 'no_organisation')) throw error;
  }
  tellTabs('ask again');
  await queries.invalidateQueries({ predicate: isNotWhoAmI });
}

function isNotWhoAmI({ queryKey }: Query): boolean {
  return queryKey[0] !== whoAmIKey[0];
}

export async function signOut(queries: QueryClient): Promise<void> {
  const { token } = credentials.current();
  if (token === null) await ask({ method: 'POST', path: '/auth/sign-out' });
  credentials.keepToken(null);
  credentials.keepOrg(null);
  credentials.keepEntered(false);
  queries.clear();
  if (token === null) tellTabs('signed out');
  // Not with `assign`: the way back would lead to what was shown.
  window.location.replace('/');
}
