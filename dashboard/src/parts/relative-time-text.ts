const MINUTE_MS = 60_000;
const MINUTE = { name: 'minute', ms: MINUTE_MS } as const;
const units = [
  { name: 'year', ms: 365 * 86_400_000 },
  { name: 'month', ms: 30 * 86_400_000 },
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  MINUTE,
] as const;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/**
 * How long ago `at` was, in whole units that have passed, or how far it is, to the nearest unit; both in milliseconds
 * since 1970. Under a minute it is now.
 */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  if (distance >= MINUTE_MS) return timeUntil(distance);
  for (const { name, ms } of units) {
    const count = Math.trunc(distance / ms);
    if (count !== 0) return format.format(count, name);
  }
  return distance > 0 ? 'in a moment' : 'just now';
}

/** What was made a moment ago for 7 days ends in 7 days, not in 6. */
function timeUntil(distance: number): string {
  const whole = Math.ceil(distance / MINUTE_MS) * MINUTE_MS;
  const { name, ms } = units.find((unit) => whole >= unit.ms) ?? MINUTE;
  return format.format(Math.round(whole / ms), name);
}
