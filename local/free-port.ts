import { once } from 'node:events';
import { createServer } from 'node:net';
import { SetupError } from './docker/setup-error.ts';

/** A loopback port that nobody listens on now. */
export async function freePort(): Promise<number> {
  return listenOnce(0, '127.0.0.1');
}

/** Throws `SetupError` when nothing can listen there. Port 0 is any free one. */
export async function assertPortFree(port: number, host: string): Promise<void> {
  try {
    await listenOnce(port, host);
  } catch (error) {
    throw portError(port, host, error);
  }
}

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function portError(port: number, host: string, error: unknown): SetupError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new SetupError(
        `Port ${port} on ${host} is taken by another program.`,
        'Stop it, or choose another port: PORT=8788',
      );
    case 'EACCES':
      return new SetupError(
        `This user may not listen on port ${port}.`,
        'Choose a port from 1024 up: PORT=8787',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SetupError(
        `HOST is ${host}, which is not an address of this machine.`,
        'Use 127.0.0.1 (this machine only) or 0.0.0.0 (every network).',
      );
    default:
      return new SetupError(
        `Nothing can listen on ${host}:${port}: ${error instanceof Error ? error.message : error}.`,
        'Choose another HOST or PORT.',
      );
  }
}
