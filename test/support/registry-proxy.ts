import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What happens to the next request that `matches` and whose answer is that long. */
export interface ProxyFault {
  matches: (request: { method: string; path: string }) => boolean;
  /** After so many bytes of the body (0: not even a head) nothing more comes, or the connection is cut. */
  act: 'stall' | 'cut';
  after_bytes: number;
}

/** Stands before a registry and does to it what networks do. */
export interface RegistryProxy {
  /** `127.0.0.1:port` */
  server: string;
  /** Each is used once. */
  faults: ProxyFault[];
  /** `METHOD path`, in their order. */
  requests: string[];
  /** Requests that were stalled and that the other side has not given up. */
  stalled(): number;
  stop(): Promise<void>;
}

export async function startRegistryProxy(registry: string): Promise<RegistryProxy> {
  const faults: ProxyFault[] = [];
  const requests: string[] = [];
  const stalls = new Set<ServerResponse>();
  const [host, port] = registry.split(':');

  function stall(reply: ServerResponse): void {
    stalls.add(reply);
    reply.once('close', () => stalls.delete(reply));
  }

  function send(from: IncomingMessage, reply: ServerResponse, fault: ProxyFault | undefined): void {
    reply.writeHead(from.statusCode ?? 502, from.headers);
    if (!fault) {
      from.pipe(reply);
      return;
    }
    let left = fault.after_bytes;
    from.on('data', (chunk: Buffer) => {
      if (left <= 0) return;
      reply.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) return;
      if (fault.act === 'stall') stall(reply);
      // Once what was written is out: a cut in the middle, not before it.
      else reply.write('', () => reply.destroy());
    });
  }

  const server = createServer((incoming, reply) => {
    const { method = '', url: path = '', headers } = incoming;
    requests.push(`${method} ${path}`);
    /** The first one that is for this request and a body of this size. */
    const fault = (size: number) => {
      const at = faults.findIndex(
        ({ matches, after_bytes }) => after_bytes <= size && matches({ method, path }),
      );
      return at < 0 ? undefined : faults.splice(at, 1)[0];
    };
    const atOnce = fault(0);
    if (atOnce) {
      if (atOnce.act === 'stall') stall(reply);
      else reply.destroy();
      return;
    }
    const onward = request({ host, port, method, path, headers }, (from) =>
      send(from, reply, fault(Number(from.headers['content-length'] ?? 0))),
    );
    onward.on('error', () => reply.destroy());
    reply.once('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    server: `127.0.0.1:${address.port}`,
    faults,
    requests,
    stalled: () => stalls.size,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
