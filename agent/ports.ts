import { createServer } from 'node:net';
import { isErrno } from './atomic-file.ts';

/** Whether another process listens there: found by binding it for a moment. */
export function isPortTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // Any other fault (an address of a router in front, a port that needs rights) says nothing about the port.
    server.on('error', (error) => resolve(isErrno(error, 'EADDRINUSE')));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/** Null when every port of the range is taken. */
export async function firstFreePort(
  host: string,
  { first, last }: { first: number; last: number },
): Promise<number | null> {
  for (let port = first; port <= last; port++) {
    if (!(await isPortTaken(host, port))) return port;
  }
  return null;
}
