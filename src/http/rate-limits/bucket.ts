/** At most `quota` units in any burst, and as many again in each `windowSeconds`. A quota of 0 limits nothing. */
export interface Policy {
  /** Shown to callers, in lower-case letters and `-`. */
  name: string;
  quota: number;
  windowSeconds: number;
}

/** What is left of a quota. Undefined: all of it. */
export interface Bucket {
  units: number;
  /** Milliseconds since 1970. */
  at: number;
}

export interface Taken {
  admitted: boolean;
  bucket: Bucket;
  /** Whole units that are left. */
  remaining: number;
  /** Until one unit is there; 0 when one is. */
  retryAfterSeconds: number;
  /** Until all of the quota is there. */
  resetSeconds: number;
}

/** Takes a unit when there is one. A clock that went back gives nothing and takes nothing. */
export function take(bucket: Bucket | undefined, policy: Policy, now: number): Taken {
  const units = unitsAt(bucket, policy, now);
  const admitted = units >= 1;
  return describe(admitted ? units - 1 : units, admitted, policy, now);
}

/** The bucket after a unit that was taken turned out not to count. */
export function giveBack(bucket: Bucket | undefined, policy: Policy, now: number): Bucket {
  return { units: Math.min(policy.quota, unitsAt(bucket, policy, now) + 1), at: now };
}

function unitsAt(bucket: Bucket | undefined, policy: Policy, now: number): number {
  if (!bucket) return policy.quota;
  const elapsedMs = Math.max(0, now - bucket.at);
  return Math.min(policy.quota, bucket.units + elapsedMs / msPerUnit(policy));
}

function describe(units: number, admitted: boolean, policy: Policy, now: number): Taken {
  const secondsUntil = (wanted: number) =>
    Math.max(0, Math.ceil(((wanted - units) * msPerUnit(policy)) / 1000));
  return {
    admitted,
    bucket: { units, at: now },
    remaining: Math.floor(units),
    retryAfterSeconds: secondsUntil(1),
    resetSeconds: secondsUntil(policy.quota),
  };
}

function msPerUnit({ quota, windowSeconds }: Policy): number {
  return (windowSeconds * 1000) / quota;
}
