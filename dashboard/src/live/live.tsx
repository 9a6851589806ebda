import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { watchProtocol, watchTokenProtocol } from '../../../contract/watch-link.ts';
import { credentials } from '../api/credentials.ts';
import { liveState } from '../api/live-state.ts';
import { keepWatch } from './keep-watch.ts';
import { ReadAgain, readNow } from './read-again.ts';
import { useTold } from './use-told.tsx';

/** While somebody is signed in: what is shown follows what changes, and what happens elsewhere is told. */
export function Live() {
  const queries = useQueryClient();
  useEffect(() => {
    const readAgain = new ReadAgain(queries);
    return keepWatch({
      connect,
      onState: liveState.set,
      onMessage: (text) => readAgain.take(text),
      // The errors of what is read are for whoever shows it.
      onGap: () => void readNow(queries),
    });
  }, [queries]);
  useTold();
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
