import { QueryClient } from '@tanstack/react-query';
import { paced } from './live-state.ts';
import { ApiError } from './problem.ts';

const RETRIES = 2;
/** How often what is on the screen is read again where nothing tells of changes. */
export const POLL_MS = 5_000;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        // Else what is asked while the browser says that it is offline waits, without a word, and never fails. A
        // control plane on the same machine answers nevertheless.
        networkMode: 'always',
        refetchOnReconnect: true,
        refetchInterval: () => paced(POLL_MS),
        retry: (count, error) => count < RETRIES && isWorthRetrying(error),
      },
      mutations: { retry: false },
    },
  });
}

/** A refusal stays one; what failed inside, or on the way, may not. */
function isWorthRetrying(error: Error): boolean {
  return !(error instanceof ApiError) || error.problem.status >= 500;
}
