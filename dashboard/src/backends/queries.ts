import { useQuery } from '@tanstack/react-query';
import type { Backend, BackendRevision, BackendVersion } from '../../../contract/backend.ts';
import { ask, askAll } from '../api/client.ts';

export interface BackendFilters {
  search: string;
  source: readonly string[];
  framework: readonly string[];
}

/** Every key of a backend's data begins with `backends`, so that one call forgets them all. */
export const backendKeys = {
  all: ['backends'] as const,
  list: (filters: BackendFilters) => ['backends', 'list', filters] as const,
  one: (name: string) => ['backends', 'one', name] as const,
  versions: (name: string) => ['backends', 'one', name, 'versions'] as const,
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
