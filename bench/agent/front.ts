import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SyncRequest } from '../../contract/agent-protocol.ts';
import type { UndoList } from '../../local/undo.ts';

/** A request of the agent that was answered. */
export interface Passed {
  path: string;
  /** Unix milliseconds when the reply's head was here. */
  at: number;
  status: number;
  sync: SyncRequest | null;
}

/** Stands before the control plane, and sees what the agent asks of it. */
export interface Front {
  url: string;
  readonly passed: readonly Passed[];
}

export async function openFront(target: string, undo: UndoList): Promise<Front> {
  const passed: Passed[] = [];
  const to = new URL(target);

  function forward(asked: IncomingMessage) {
    const { method, url: path, headers } = asked;
    return request({ host: to.hostname, port: to.port, agent: false, method, path, headers });
  }

  async function handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of asked) parts.push(Buffer.from(part));
    const body = Buffer.concat(parts);
    const path = asked.url ?? '';
    const sent = forward(asked);
    sent.on('error', () => reply.destroy());
    sent.on('response', (answer) => {
      const sync = path.endsWith('/sync') ? SyncRequest.parse(JSON.parse(body.toString())) : null;
      passed.push({ path, at: Date.now(), status: answer.statusCode ?? 0, sync });
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    sent.end(body);
  }

  const server = createServer((asked, reply) => void handle(asked, reply));
  // The link: bytes pass to and fro.
  server.on('upgrade', (asked: IncomingMessage, socket, head: Buffer) => {
    const sent = forward(asked);
    sent.on('error', () => socket.destroy());
    sent.on('response', () => socket.destroy());
    sent.on('upgrade', (answer, other, rest) => {
      const lines = answer.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(rest);
      other.write(head);
      other.pipe(socket).pipe(other);
      for (const end of [socket, other]) end.on('error', () => end.destroy());
    });
    sent.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.add(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passed };
}
