import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { credentials } from '../api/credentials.ts';
import { refused } from '../api/refused.ts';
import { onTold } from './tabs.ts';
import { whoAmIKey } from './who-am-i.ts';

/** A session that ends, here or in another tab, is seen at once, and nothing of it comes back by the way back. */
export function useSessionEnd(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const askAgain = () => void queries.invalidateQueries({ queryKey: whoAmIKey });
    const ends = [
      refused.subscribe(() => {
        // Whoever asks for it already sees so by the answer.
        const isAsked = queries.isFetching({ queryKey: whoAmIKey }) > 0;
        if (!isAsked && queries.getQueryData(whoAmIKey)) askAgain();
      }),
      onTold((word) => {
        // A token is this tab's own.
        if (credentials.current().token !== null) return;
        if (word === 'signed out') window.location.reload();
        else askAgain();
      }),
    ];
    window.addEventListener('pageshow', reloadIfKept);
    return () => {
      for (const end of ends) end();
      window.removeEventListener('pageshow', reloadIfKept);
    };
  }, [queries]);
}

/** Browsers keep whole pages for the way back; whoever comes back may be somebody else. */
function reloadIfKept({ persisted }: PageTransitionEvent): void {
  if (persisted) window.location.reload();
}
