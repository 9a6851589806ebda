import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry of images and a hub of models in one, on loopback, that repeats in its refusals what it was sent. */
export interface EchoServer {
  /** `127.0.0.1:port` */
  server: string;
  /** The credentials that came, in words. */
  seen: string[];
  stop(): Promise<void>;
}

export async function startEchoServer(): Promise<EchoServer> {
  const seen: string[] = [];
  const server = createServer((request, reply) => {
    const [, scheme = '', given = ''] =
      /^(\w+) (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const credentials = scheme === 'Basic' ? Buffer.from(given, 'base64').toString() : given;
    if (credentials) seen.push(credentials);
    if (!credentials) {
      reply.writeHead(401, { 'www-authenticate': 'Basic realm="echo"' }).end();
    } else if (request.url === '/v2/') {
      reply.writeHead(200).end('{}');
    } else {
      const message = `"${credentials}" may not read this`;
      reply.writeHead(403, { 'content-type': 'application/json', 'x-error-message': message });
      reply.end(JSON.stringify({ error: message, errors: [{ code: 'DENIED', message }] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a port of TCP.
  const { port } = server.address() as AddressInfo;
  return {
    server: `127.0.0.1:${port}`,
    seen,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
