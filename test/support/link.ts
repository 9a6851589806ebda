import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Client } from './client.ts';

/** Opens the link of a host, and keeps what it hears. It pings when it is told to, and never syncs. */
export async function openLink(
  client: Client,
  secret: string,
  onEnd: (end: () => void) => void = onTestFinished,
): Promise<{ heard: string[]; socket: WebSocket }> {
  const socket = new WebSocket(`${client.url.replace('http', 'ws')}/api/agent/v1/link`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  onEnd(() => socket.terminate());
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return { heard, socket };
}
