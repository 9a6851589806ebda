/** Of a host that is told that it is none of the control plane's any more. */
export const refusedBackoff: BackoffLimits = { base_ms: 5_000, cap_ms: 60_000 };

/** A number in [0, 1). */
export type Random = () => number;

export interface BackoffLimits {
  base_ms: number;
  cap_ms: number;
}

/** Of calls that got no answer. */
export const callBackoff: BackoffLimits = { base_ms: 500, cap_ms: 30_000 };

/**
 * How long to wait after the `failures`-th failure in a row (from 1): anything up to `base * 2^(failures - 1)`, at most
 * the cap. Full jitter, as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015): of the usual ways it
 * spreads many clients that failed together best.
 */
export function fullJitterMs(limits: BackoffLimits, failures: number, random: Random): number {
  const ceiling = Math.min(limits.cap_ms, limits.base_ms * 2 ** Math.min(failures - 1, 30));
  return Math.round(random() * ceiling);
}
