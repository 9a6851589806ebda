import type { Log } from '../log.ts';

export interface RecordedLog extends Log {
  readonly events: string[];
}

/** Keeps the names of what was logged. */
export function recordedLog(): RecordedLog {
  const events: string[] = [];
  const keep = (event: string) => void events.push(event);
  return { events, info: keep, warn: keep, error: keep };
}
