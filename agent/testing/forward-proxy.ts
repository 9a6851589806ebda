import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ForwardProxy {
  /** With a password in it. */
  url: string;
  /** Everything that went through it, such as `CONNECT control.test:443`. */
  seen: string[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on loopback. It alone knows where the names of `hosts` lead (`name:port` to a port of this machine): what is
 * asked for by such a name came through it, or not at all.
 */
export async function forwardProxy(hosts: Record<string, number>): Promise<ForwardProxy> {
  const seen: string[] = [];
  const sockets = new Set<Duplex>();
  const authorization = `Basic ${Buffer.from('user:pass word').toString('base64')}`;
  /** The port that a name leads to; null: it answered for itself. */
  const portOf = (call: IncomingMessage, host: string, answer: (status: number) => void) => {
    seen.push(`${call.method} ${call.url}`);
    const port = hosts[host];
    if (call.headers['proxy-authorization'] !== authorization) answer(407);
    else if (port === undefined) answer(502);
    else return port;
    return null;
  };
  const server = createServer((call: IncomingMessage, reply: ServerResponse) => {
    const { host, hostname, port: written, pathname, search } = new URL(call.url ?? '');
    const port = portOf(call, `${hostname}:${written || 80}`, (status) =>
      reply.writeHead(status).end(),
    );
    if (port === null) return;
    const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = call.headers;
    const target = { host: '127.0.0.1', port, method: call.method, path: `${pathname}${search}` };
    const onward = request({ ...target, headers: { ...headers, host } }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    call.pipe(onward);
  });
  server.on('connect', (call: IncomingMessage, socket: Socket, head: Buffer) => {
    sockets.add(socket);
    const port = portOf(call, call.url ?? '', (status) =>
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`),
    );
    if (port === null) return;
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://user:pass%20word@127.0.0.1:${port}`,
    seen,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
