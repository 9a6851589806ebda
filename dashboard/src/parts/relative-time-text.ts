const units = [
  { name: 'year', ms: 365 * 86_400_000 },
  { name: 'month', ms: 30 * 86_400_000 },
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** How long ago `at` was, or how far it is; both in milliseconds since 1970. Under a minute it is now. */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  for (const { name, ms } of units) {
    const count = Math.trunc(distance / ms);
    if (count !== 0) return format.format(count, name);
  }
  return distance > 0 ? 'in a moment' : 'just now';
}
