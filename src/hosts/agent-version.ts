/** The agent that this control plane serves: the version in package.json, as a test sees to. */
export const newestAgent = '0.1.0';

/** An older agent still works, but what this control plane may ask of a host it does not know whole. */
export const oldestAgent = '0.1.0';

/** What to do about a host's agent, or null. A version that is no release is somebody's own build, and not judged. */
export function agentUpdate(version: string | null, oldest = oldestAgent): string | null {
  const found = releaseOf(version ?? '');
  const needed = releaseOf(oldest);
  if (!found || !needed || compare(found, needed) >= 0) return null;
  return `The agent of this host is too old: it is ${version}, and this control plane needs ${oldest} or newer; the newest is ${newestAgent}. Run install.sh on the host again; its containers and its identity stay.`;
}

function releaseOf(version: string): number[] | null {
  const parts = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version);
  return parts === null ? null : parts.slice(1).map(Number);
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
