import { useQuery } from '@tanstack/react-query';
import type { Event } from '../../../contract/event.ts';
import { ask } from '../api/client.ts';
import { paced } from '../api/live-state.ts';

/** Whose timeline it is. */
export interface EventsOf {
  key: readonly unknown[];
  /** Below `/api`. */
  path: string;
  /** How often it is read again; left out: as everything is. */
  everyMs?: number;
}

/** The newest `limit` lines of a timeline. */
export function useEvents({ key, path, everyMs }: EventsOf, limit: number) {
  return useQuery({
    queryKey: [...key, limit],
    queryFn: async ({ signal }) => {
      const query = { limit };
      return (await ask<{ items: Event[]; next_cursor: string | null }>({ path, query, signal }))
        .data;
    },
    placeholderData: (previous) => previous,
    ...(everyMs === undefined ? {} : { refetchInterval: () => paced(everyMs) }),
  });
}
