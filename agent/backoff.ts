/** Restarts and repeated launches: 1 s, doubling to 5 min, from the start again after 10 min of health. */
const firstMs = 1000;
const longestMs = 5 * 60_000;
export const healthyAgainMs = 10 * 60_000;

/** The pause after the `failures`-th failure in a row (from 1). */
export function restartPauseMs(failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
