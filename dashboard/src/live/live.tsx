import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { watchProtocol, watchTokenProtocol } from '../../../contract/watch-link.ts';
import { credentials } from '../api/credentials.ts';
import { liveState } from '../api/live-state.ts';
import { reach } from '../api/reach.ts';
import { whoAmIKey } from '../session/who-am-i.ts';
import { keepWatch } from './keep-watch.ts';
import { ReadAgain, readNow } from './read-again.ts';
import { useFreshUses } from './use-fresh-uses.ts';
import { SELDOM_MS, useTold } from './use-told.tsx';

/** While somebody is signed in: what is shown follows what changes, and what happens elsewhere is told. */
export function Live() {
  const queries = useQueryClient();
  useEffect(() => {
    const readAgain = new ReadAgain(queries);
    return keepWatch({
      connect,
      // Whoever is not let in any more sees so by this, and not by an attempt that fails.
      mayDial: async () => {
        await queries.refetchQueries({ queryKey: whoAmIKey });
        const me = queries.getQueryState(whoAmIKey);
        return me?.status === 'success' && me.data !== null;
      },
      onState: (state) => {
        liveState.set(state);
        if (state !== 'offline') return;
        reach.cut();
        // What was asked before may still be answered, and would hide it; and a control plane on this very machine
        // goes on answering.
        void readNow(queries);
      },
      onMessage: (text) => readAgain.take(text),
      // The errors of what is read are for whoever shows it.
      onGap: () => void readNow(queries),
    });
  }, [queries]);
  useTold();
  useFreshUses(SELDOM_MS);
  return null;
}

function connect(): WebSocket {
  const { token, orgId } = credentials.current();
  const url = new URL('/api/v1/watch', window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  if (orgId !== null) url.searchParams.set('org', orgId);
  return new WebSocket(url, [
    watchProtocol,
    ...(token === null ? [] : [watchTokenProtocol(token)]),
  ]);
}
