import { inject, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type WatchedChange, type WatchedKind, WatchMessage } from '../../contract/watch.ts';
import { watchProtocol } from '../../contract/watch-link.ts';
import type { Client } from './client.ts';

export interface WatchOptions {
  protocols?: string[];
  headers?: Record<string, string>;
  query?: string;
}

/** Watches the client's organisation, as the platform administrator where `options` does not say otherwise. */
export async function openWatch(client: Client, options: WatchOptions = {}) {
  const {
    protocols = [watchProtocol],
    headers = { authorization: `Bearer ${inject('stack').adminToken}` },
    query = `?org=${client.orgId}`,
  } = options;
  const url = `${client.url.replace('http', 'ws')}/api/v1/watch${query}`;
  const socket = new WebSocket(url, protocols, { headers });
  onTestFinished(() => socket.terminate());
  const heard: WatchedChange[] = [];
  let pongs = 0;
  let code: number | null = null;
  socket.on('message', (data) => {
    const text = String(data);
    if (text === 'pong') pongs += 1;
    else heard.push(...WatchMessage.parse(JSON.parse(text)).changed);
  });
  socket.on('close', (with_) => {
    code = with_;
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    heard,
    pongs: () => pongs,
    /** What was heard of a kind so far: ids, or null for any of it. */
    changed: (kind: WatchedKind) =>
      heard.filter((one) => one.kind === kind).map(({ id }) => id ?? null),
    /** The close frame has come. The connection under it stays for some 10 s, and `endedBy` waits for its end. */
    isEnding: () => socket.readyState !== WebSocket.OPEN,
    /** The code that it was closed with; null while it is open. */
    endedBy: () => code,
  };
}
