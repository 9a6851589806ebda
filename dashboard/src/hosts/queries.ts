import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { Host, HostDetail } from '../../../contract/host.ts';
import { ask, askAll } from '../api/client.ts';
import { paced } from '../api/live-state.ts';
import { POLL_MS } from '../api/query-client.ts';
import type { EventsOf } from '../timeline/use-events.ts';

/** Every key of a host's data begins with `hosts`, so that one call forgets them all. */
export const hostKeys = {
  all: ['hosts'] as const,
  list: ['hosts', 'all'] as const,
  one: (id: string) => ['hosts', 'one', id] as const,
  events: (id: string) => ['hosts', 'one', id, 'events'] as const,
};

/** While something moves, and nobody tells how. */
export const WATCH_MS = 1_500;
/** Hosts change rarely, and there may be a thousand: for pages that are about something else. */
const SELDOM_MS = 30_000;

export function hostPath(id: string): string {
  return `/v1/hosts/${encodeURIComponent(id)}`;
}

/** All hosts, read again every `everyMs` while nobody tells of changes. */
export function useHosts(everyMs = SELDOM_MS) {
  return useQuery({
    queryKey: hostKeys.list,
    queryFn: ({ signal }) => askAll<Host>({ path: '/v1/hosts', signal }),
    refetchInterval: () => paced(everyMs),
    staleTime: everyMs,
  });
}

/** While it is emptied it is watched closely. */
export function useHost(id: string) {
  return useQuery({
    queryKey: hostKeys.one(id),
    queryFn: async ({ signal }) => (await ask<HostDetail>({ path: hostPath(id), signal })).data,
    refetchInterval: ({ state }) =>
      paced(state.data && isEmptying(state.data) ? WATCH_MS : POLL_MS),
  });
}

export function eventsOf(host: HostDetail): EventsOf {
  return {
    key: hostKeys.events(host.id),
    path: `${hostPath(host.id)}/events`,
    ...(isEmptying(host) ? { everyMs: WATCH_MS } : {}),
  };
}

function isEmptying({ draining, launches }: HostDetail): boolean {
  return draining && launches.length > 0;
}

/** What a change answered is shown at once, and what hangs on it is read again. */
export function takeOver(queries: QueryClient, host: Host): Promise<void> {
  queries.setQueryData<HostDetail>(
    hostKeys.one(host.id),
    (known) => known && { ...known, ...host },
  );
  return queries.invalidateQueries({ queryKey: hostKeys.all });
}
