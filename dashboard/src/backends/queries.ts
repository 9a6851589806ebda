import { type QueryClient, useQuery } from '@tanstack/react-query';
import type {
  Backend,
  BackendRevision,
  BackendVersion,
  CatalogueItem,
} from '../../../contract/backend.ts';
import { ask, askAll, type Reply } from '../api/client.ts';
import { paced } from '../api/live-state.ts';

export interface BackendFilters {
  search: string;
  source: readonly string[];
  framework: readonly string[];
}

export interface CommunityFilters {
  search: string;
  framework: readonly string[];
}

/** Every key of a backend's data begins with `backends`, so that one call forgets them all. */
export const backendKeys = {
  all: ['backends'] as const,
  list: (filters: BackendFilters) => ['backends', 'list', filters] as const,
  one: (name: string) => ['backends', 'one', name] as const,
  text: (name: string) => ['backends', 'one', name, 'text'] as const,
  versions: (name: string) => ['backends', 'one', name, 'versions'] as const,
  community: (filters: CommunityFilters) => ['backends', 'community', filters] as const,
  revisions: (name: string) => ['backends', 'one', name, 'revisions'] as const,
};

export function backendPath(name: string): string {
  return `/v1/backends/${encodeURIComponent(name)}`;
}

export function useBackends(filters: BackendFilters) {
  return useQuery({
    queryKey: backendKeys.list(filters),
    queryFn: ({ signal }) =>
      askAll<Backend>({
        path: '/v1/backends',
        query: {
          search: filters.search || undefined,
          source: filters.source,
          framework: filters.framework,
        },
        signal,
      }),
    placeholderData: (previous) => previous,
  });
}

/** With its `ETag`, which a change must send. */
export function useBackend(name: string) {
  return useQuery({
    queryKey: backendKeys.one(name),
    queryFn: ({ signal }) => ask<Backend>({ path: backendPath(name), signal }),
  });
}

/** What people wrote of it, to the letter, as YAML; with its `ETag`. */
export function useBackendText(name: string) {
  return useQuery({
    queryKey: backendKeys.text(name),
    queryFn: ({ signal }) =>
      ask<string>({ path: backendPath(name), accept: 'application/yaml', signal }),
  });
}

export function useBackendVersions(name: string) {
  return useQuery({
    queryKey: backendKeys.versions(name),
    // All of them on one page, whose length is not for the caller to say.
    queryFn: async ({ signal }) => {
      const path = `${backendPath(name)}/versions`;
      return (await ask<{ items: BackendVersion[] }>({ path, signal })).data.items;
    },
  });
}

export function useBackendRevisions(name: string) {
  return useQuery({
    queryKey: backendKeys.revisions(name),
    queryFn: ({ signal }) =>
      askAll<BackendRevision>({ path: `${backendPath(name)}/revisions`, signal }),
  });
}

/** What is shipped, and off until somebody enables it. */
export function useCommunity({ search, framework }: CommunityFilters) {
  return useQuery({
    queryKey: backendKeys.community({ search, framework }),
    queryFn: ({ signal }) =>
      askAll<CatalogueItem>({
        path: '/v1/catalog',
        query: { source: 'community', search: search || undefined, framework },
        signal,
      }),
    placeholderData: (previous) => previous,
    // It ships with the control plane; what is enabled changes by what is done here, mostly.
    refetchInterval: () => paced(30_000),
  });
}

/** What a change answered is shown at once, and what hangs on it is read again. */
export function takeOver(queries: QueryClient, reply: Reply<Backend>): Promise<void> {
  queries.setQueryData(backendKeys.one(reply.data.backend_name), reply);
  return queries.invalidateQueries({ queryKey: backendKeys.all });
}
