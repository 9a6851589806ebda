import { useQuery } from '@tanstack/react-query';
import type { Member } from '../../../contract/people.ts';
import { askAll } from '../api/client.ts';
import { paced } from '../api/live-state.ts';

/** They change rarely. */
const EVERY_MS = 30_000;

/** The people of the organisation. */
export function useMembers() {
  return useQuery({
    queryKey: ['members'],
    queryFn: ({ signal }) => askAll<Member>({ path: '/v1/members', signal }),
    refetchInterval: () => paced(EVERY_MS),
  });
}
