import * as z from 'zod';
import { followLog } from './home/logs.ts';

/** A line of our parts' logs: the agent names an `event`, the Worker a `message`. */
const LogLine = z.object({
  level: z.enum(['warn', 'error']),
  event: z.string().optional(),
  message: z.string().optional(),
  error: z.string().optional(),
});

/** The same trouble is shown again after this long. */
const QUIET_MS = 60_000;

/** What a person at the terminal should know of a log line; null when it is nothing. */
export function noticeOf(part: string, line: string): string | null {
  const read = LogLine.safeParse(parseJson(line));
  if (!read.success) return null;
  const { level, event, message, error } = read.data;
  const texts = [event, message, error].filter((text) => text !== undefined && text !== '');
  return `${part}: ${level === 'warn' ? 'warning: ' : ''}${texts.join(': ').slice(0, 300)}`;
}

/** Shows warnings and errors of a part's log until the returned function is called. */
export function showTroubles(
  part: string,
  logFile: string,
  onNotice: (line: string) => void,
): () => void {
  const shown = new Map<string, number>();
  return followLog(logFile, (line) => {
    const notice = noticeOf(part, line);
    if (notice === null) return;
    const now = performance.now();
    for (const [text, at] of shown) if (now - at > QUIET_MS) shown.delete(text);
    if (shown.has(notice)) return;
    shown.set(notice, now);
    onNotice(notice);
  });
}

function parseJson(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // A part writes other lines too.
    return undefined;
  }
}
