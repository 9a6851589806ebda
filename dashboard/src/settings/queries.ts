import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiToken } from '../../../contract/access.ts';
import type { EnrollmentToken } from '../../../contract/enrollment-token.ts';
import type { Org } from '../../../contract/org.ts';
import type { Invitation, Session } from '../../../contract/people.ts';
import type { Registry } from '../../../contract/registry.ts';
import type { Secret } from '../../../contract/secret.ts';
import { ask, askAll } from '../api/client.ts';
import { paced } from '../api/live-state.ts';

/** All of this changes rarely, and mostly from here. */
export const SELDOM_MS = 30_000;

export type EnrolmentToken = (typeof EnrollmentToken)['_output'];

/** `kind` is what its key begins with, so that one call forgets it. */
function useAll<Item>(kind: string, path: string, enabled = true) {
  return useQuery({
    queryKey: [kind, 'all'],
    queryFn: ({ signal }) => askAll<Item>({ path, signal }),
    refetchInterval: () => paced(SELDOM_MS),
    enabled,
  });
}

export const useOrgs = () => useAll<Org>('orgs', '/v1/orgs');
/** Administrators only, as invitations and tokens of both kinds. */
export const useInvitations = (enabled: boolean) =>
  useAll<Invitation>('invitations', '/v1/invitations', enabled);
export const useApiTokens = (enabled: boolean) => useAll<ApiToken>('tokens', '/v1/tokens', enabled);
/** Those that a person made, and that are let in. */
export function useTokensOf(userId: string) {
  return useQuery({
    queryKey: ['tokens', 'by', userId],
    queryFn: async ({ signal }) => {
      const query = { created_by: userId };
      const tokens = await askAll<ApiToken>({ path: '/v1/tokens', query, signal });
      return tokens.filter(({ status }) => status === 'active');
    },
    refetchInterval: SELDOM_MS,
  });
}
export const useEnrolmentTokens = () =>
  useAll<EnrolmentToken>('enrollment-tokens', '/v1/enrollment-tokens');
export const useSecrets = () => useAll<Secret>('secrets', '/v1/secrets');
export const useRegistries = () => useAll<Registry>('registries', '/v1/registries');

/** One's own, all on one page. */
export function useSessions() {
  return useQuery({
    queryKey: ['sessions', 'all'],
    queryFn: async ({ signal }) =>
      (await ask<{ items: Session[] }>({ path: '/v1/me/sessions', signal })).data.items,
    // Nobody is told of what is somebody's own.
    refetchInterval: SELDOM_MS,
  });
}

export function useOrg(id: string) {
  return useQuery({
    queryKey: ['orgs', 'one', id],
    queryFn: async ({ signal }) => (await ask<Org>({ path: `/v1/orgs/${id}`, signal })).data,
    refetchInterval: () => paced(SELDOM_MS),
  });
}

/** Reads anew what is shown of these kinds, and is done when it is there. */
export function useForget() {
  const queries = useQueryClient();
  return async (...kinds: string[]): Promise<void> => {
    await Promise.all(kinds.map((kind) => queries.invalidateQueries({ queryKey: [kind] })));
  };
}
