/** A host that has not been heard for so long is offline. */
export const silenceMs = 20_000;
/** An alarm so much later than asked for says that the hub itself was away. */
export const lateAlarmMs = 10_000;
/** How long nobody is judged after the hub was away. */
export const graceMs = 60_000;

/** What the hub remembers of a host. Times are milliseconds since 1970. */
export interface HostMemory {
  /** Last sign of life; a link's own pings come on top. */
  seenAt: number;
  /** The hub told the database that it is offline. */
  offline: boolean;
  /** It had a link when it was last looked at. */
  linked: boolean;
  /** What the last doorbell said, and when it rang; null when the host has answered. */
  rung: { revision: number; at: number } | null;
}

/** A bell that was not answered for so long rings again. */
export const ringAgainMs = 5_000;

/** How often a hub looks at its hosts, and again at work that it could not do at once. */
export const clockMs = 10_000;

/** How long until the hub must look again, in milliseconds; null while there is nothing to watch. Pure. */
export function nextAlarmIn(
  hosts: ReadonlyMap<string, HostMemory>,
  nextWorkAt: number | null,
  now: number,
): number | null {
  const all = [...hosts.values()];
  const waits: number[] = [];
  if (all.some(({ rung, offline }) => rung && !offline)) waits.push(ringAgainMs);
  if (all.some(({ offline, linked }) => !offline || linked)) waits.push(clockMs);
  // Work that is due is being done; the alarm is for what remains of it.
  if (nextWorkAt !== null) waits.push(nextWorkAt > now ? nextWorkAt - now : clockMs);
  return waits.length > 0 ? Math.min(...waits) : null;
}

/** A host that fell silent, and when it was last heard. */
export interface SilentHost {
  hostId: string;
  seenAt: number;
}

/** Whose silence has lasted too long. Pure. */
export function silentHosts(
  hosts: ReadonlyMap<string, HostMemory>,
  lastPing: (hostId: string) => number | null,
  now: number,
  judgeFrom: number,
): SilentHost[] {
  if (now < judgeFrom) return [];
  return [...hosts]
    .filter(([, host]) => !host.offline)
    .map(([hostId, host]) => ({ hostId, seenAt: Math.max(host.seenAt, lastPing(hostId) ?? 0) }))
    .filter(({ seenAt }) => now - seenAt > silenceMs);
}

/** Who is held to be offline although its link pings. Pure. */
export function backAgain(
  hosts: ReadonlyMap<string, HostMemory>,
  lastPing: (hostId: string) => number | null,
  now: number,
): string[] {
  return [...hosts]
    .filter(([id, host]) => host.offline && now - (lastPing(id) ?? 0) <= silenceMs)
    .map(([id]) => id);
}

/** Whose bell must ring again. Pure. */
export function unansweredBells(
  hosts: ReadonlyMap<string, HostMemory>,
  now: number,
): { hostId: string; revision: number }[] {
  return [...hosts].flatMap(([hostId, { rung }]) =>
    rung && now - rung.at >= ringAgainMs ? [{ hostId, revision: rung.revision }] : [],
  );
}
