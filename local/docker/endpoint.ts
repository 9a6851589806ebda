import { SetupError } from './setup-error.ts';

export const SYSTEM_SOCKET = '/var/run/docker.sock';

/** The sockets to try, in order. Only the system's own engine may be started when none answers. */
export interface Endpoint {
  candidates: string[];
  mayStart: boolean;
}

/**
 * Where a Docker engine of this machine may listen: `DOCKER_HOST` alone when it is set, else the system's socket, a
 * rootless engine's and Docker Desktop's. Throws `SetupError` for a `DOCKER_HOST` that is no unix socket.
 */
export function resolveEndpoint(env: Readonly<Record<string, string | undefined>>): Endpoint {
  const dockerHost = env.DOCKER_HOST?.trim();
  if (dockerHost) {
    const socketPath = /^unix:\/\/(\/.+)$/.exec(dockerHost)?.[1];
    if (!socketPath) {
      throw new SetupError(
        `DOCKER_HOST is ${dockerHost}, but the local agent talks to the engine of this machine, over a unix socket only.`,
        'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock.',
      );
    }
    const isSystem = socketPath.replace(/^\/run\//, '/var/run/') === SYSTEM_SOCKET;
    return { candidates: [socketPath], mayStart: isSystem };
  }
  const candidates = [SYSTEM_SOCKET];
  if (env.XDG_RUNTIME_DIR) candidates.push(`${env.XDG_RUNTIME_DIR}/docker.sock`);
  if (env.HOME) candidates.push(`${env.HOME}/.docker/run/docker.sock`);
  return { candidates, mayStart: true };
}
