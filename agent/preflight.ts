import { createServer } from 'node:net';
import type { LaunchSpec } from '../contract/launch-spec.ts';
import { isErrno } from './atomic-file.ts';
import { localPathTrouble } from './models/local-path.ts';
import type { Trouble } from './work.ts';

/** Why the launch cannot run here as things are, or null. Touches nothing. */
export async function preflight(spec: LaunchSpec): Promise<Trouble | null> {
  const [model, port] = await Promise.all([localPathTrouble(spec), portTrouble(spec)]);
  return model ?? port;
}

/** A process that is not ours may have taken the port: found by binding it for a moment. */
export function portTrouble({ worker_ip, port }: LaunchSpec): Promise<Trouble | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error) => {
      // Any other fault (an address of a router in front, a port that needs rights) says nothing about the port.
      const taken = isErrno(error, 'EADDRINUSE');
      const message = `Another process on this host listens on ${worker_ip}:${port}. Stop it, or let the instance be placed anew with another port.`;
      resolve(taken ? trouble('port_in_use', message) : null);
    });
    server.listen({ host: worker_ip, port, exclusive: true }, () =>
      server.close(() => resolve(null)),
    );
  });
}

function trouble(reason: string, message: string): Trouble {
  return { state: 'failed', reason, message, lines: [] };
}
