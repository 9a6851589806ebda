/** A host that has not been heard for so long is offline. */
export const silenceMs = 20_000;
/** An alarm so much later than asked for says that the hub itself was away. */
export const lateAlarmMs = 10_000;
/** How long nobody is judged after the hub was away, or after all links fell together. */
export const graceMs = 60_000;
/** A host without its link for so long is suspect. One that is well polls within 5 s of losing it. */
export const suspectAfterMs = 6_000;
/** Links that fell within so long fell together. */
const togetherMs = 10_000;

/** What the hub remembers of a host. Times are milliseconds since 1970. */
export interface HostMemory {
  /** Last sign of life; a link's own pings come on top. */
  seenAt: number;
  /** The hub told the database that it is offline; a sync ends that. */
  offline: boolean;
  /** The hub told the database that it is suspect; a sync ends that. */
  suspect: boolean;
  /** It had a link when it was last looked at. */
  linked: boolean;
  /** When it opened its last link. */
  linkedAt: number;
  /** When its last link fell; null when none did. */
  unlinkedAt: number | null;
  /** What the last doorbell said, and when it rang; null when the host has answered. */
  rung: {
    revision: number;
    at: number;
    /** When it first said so; of what an older version kept it is not known. */
    since?: number;
  } | null;
}

export function newMemory(now: number): HostMemory {
  return {
    seenAt: now,
    offline: false,
    suspect: false,
    linked: false,
    linkedAt: 0,
    unlinkedAt: null,
    rung: null,
  };
}

/** A bell that was not answered for so long rings again. */
export const ringAgainMs = 5_000;

/** How often a hub looks at its hosts, and again at work that it could not do at once. */
const clockMs = 10_000;

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
  const suspectAt = all
    .flatMap((host) => suspectFrom(host) ?? [])
    // What is due already waits for the end of a grace, with the next look.
    .filter((at) => at > now);
  waits.push(...suspectAt.map((at) => at - now));
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

/** Who lost its only link and was not heard since, and is not known for it yet. Pure. */
export function newSuspects(
  hosts: ReadonlyMap<string, HostMemory>,
  now: number,
  judgeFrom: number,
): string[] {
  if (now < judgeFrom) return [];
  return [...hosts]
    .filter(([, host]) => now >= (suspectFrom(host) ?? Number.POSITIVE_INFINITY))
    .map(([hostId]) => hostId);
}

/** From when on a host is suspect; null: as things are, never. One that never had a link polls, and is not. */
function suspectFrom({ offline, suspect, linked, unlinkedAt, seenAt }: HostMemory): number | null {
  if (offline || suspect || linked || unlinkedAt === null || seenAt > unlinkedAt) return null;
  return unlinkedAt + suspectAfterMs;
}

/**
 * Until when nobody is judged because the last links to fall were all of several, and fell together: that was not the
 * hosts' doing. Null when it is not so. Pure.
 */
export function graceAfterFall(hosts: ReadonlyMap<string, HostMemory>): number | null {
  const falls = [...hosts.values()].flatMap(({ unlinkedAt }) => unlinkedAt ?? []);
  const last = Math.max(...falls);
  const together = falls.filter((at) => at >= last - togetherMs);
  const first = Math.min(...together);
  // Those that fell may be back already; what matters is who had a link before.
  const stayed = [...hosts.values()].some(({ linked, linkedAt }) => linked && linkedAt < first);
  return together.length >= 2 && !stayed ? last + graceMs : null;
}

/** Who is held to be offline or suspect although its link pings. Pure. */
export function backAgain(
  hosts: ReadonlyMap<string, HostMemory>,
  lastPing: (hostId: string) => number | null,
  now: number,
): string[] {
  return [...hosts]
    .filter(
      ([id, host]) => (host.offline || host.suspect) && now - (lastPing(id) ?? 0) <= silenceMs,
    )
    .map(([id]) => id);
}

/** A bell that was answered by nobody for so long rings no more: the cron rings who is there and behind. */
const vainMs = 3_600_000;

/** Whose bell has rung in vain for too long: the host may not be there any more. Pure. */
export function vainBells(hosts: ReadonlyMap<string, HostMemory>, now: number): string[] {
  return [...hosts]
    .filter(([, { rung }]) => rung && now - (rung.since ?? rung.at) >= vainMs)
    .map(([hostId]) => hostId);
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
