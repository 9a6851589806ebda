import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditLine } from '../../../../contract/audit.ts';
import { ask } from '../../api/client.ts';
import { paced } from '../../api/live-state.ts';
import type { FilterName } from './filters.ts';

const PAGE_LENGTH = 50;
const EVERY_MS = 10_000;

/** The organisation's, or what concerns none. */
export type AuditOf = 'organisation' | 'platform';

const paths: Record<AuditOf, string> = {
  organisation: '/v1/audit',
  platform: '/v1/audit/platform',
};

interface Page {
  items: AuditLine[];
  next_cursor: string | null;
}

/** Newest first, a page at a time. */
export function useAudit(of: AuditOf, filter: Partial<Record<FilterName, string>>) {
  return useInfiniteQuery({
    queryKey: ['audit', of, filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: PAGE_LENGTH, cursor: pageParam || undefined };
      return (await ask<Page>({ path: paths[of], query, signal })).data;
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    // Each page would be asked for again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : paced(EVERY_MS)),
  });
}
