/** What of the host no container is given, whatever its owner's policy says. Real paths. */
export interface Kept {
  docker_socket: string;
  /** The agent's own folder: its identity is in there. */
  state: string;
  /** In which the agent keeps models; may be within `state`. */
  models: string;
}

const ofKernel = ['/proc', '/sys', '/dev'];

/**
 * Why a container must not get a file or folder, or null. A mount that cannot be written gives away a socket all the
 * same: whoever reaches Docker's is root on the host. Pure.
 */
export function whyKept(source: string, { docker_socket, state, models }: Kept): string | null {
  if (isBelow(docker_socket, source)) return 'with it a container would reach the Docker socket';
  const isOfState = isBelow(source, state) && !isBelow(source, models);
  if (isOfState || isBelow(state, source)) return "the agent's own state is there";
  if (ofKernel.some((folder) => isBelow(source, folder))) return "it is the kernel's";
  return null;
}

/** It is the folder, or is in it. Paths without `..`. */
export function isBelow(path: string, folder: string): boolean {
  const base = folder.replace(/\/+$/, '');
  return path === base || path === folder || path.startsWith(`${base}/`);
}
