/** How long work waits that failed once. */
export const firstRetryMs = 10_000;
const lastRetryMs = 300_000;

/** How long work waits that failed so many times in a row: an outage must not be answered by a storm. Pure. */
export function retryInMs(failures: number): number {
  return Math.min(firstRetryMs * 2 ** (failures - 1), lastRetryMs);
}
