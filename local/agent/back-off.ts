const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** A process that lived this long was well: its end starts a new count. */
const WELL_AFTER_MS = 60_000;

export interface Ends {
  /** Ends in a row. */
  count: number;
  /** How long to wait before the next start. */
  wait_ms: number;
}

export const noEnds: Ends = { count: 0, wait_ms: 0 };

/** The wait doubles with each end in a row. */
export function nextEnds(ends: Ends, lived_ms: number): Ends {
  const count = lived_ms >= WELL_AFTER_MS ? 1 : ends.count + 1;
  return { count, wait_ms: Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS) };
}
