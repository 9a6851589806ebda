import { bytesInWords, type PullProgress, pullInWords } from './docker/pull-progress.ts';

/** A pull under way. A value: functions give the next one. */
export interface Pull {
  since_ms: number;
  newest: PullProgress;
  /** What is shown of it: each change of that is a message to the control plane and two rows in its database. */
  shown: PullProgress;
  shown_ms: number;
  /** Of the image: so much more of it must be here before it is shown again. */
  shown_every_part: number;
}

/** A pull that has ended well. */
export interface Pulled {
  took_ms: number;
  bytes: number;
}

const shownEveryMs = 5000;
/** The longest pull is told twice on its way, so that it is paid for as promised. */
const shownEveryPart = 0.4;
/** And once where it was told that it waits. */
const shownEveryPartAfterWait = 0.6;

export function beginPull(progress: PullProgress, nowMs: number, waited: boolean): Pull {
  const shown_every_part = waited ? shownEveryPartAfterWait : shownEveryPart;
  return {
    since_ms: nowMs,
    newest: progress,
    shown: progress,
    shown_ms: nowMs,
    shown_every_part,
  };
}

export function afterProgress(pull: Pull, progress: PullProgress, nowMs: number): Pull {
  const next = { ...pull, newest: progress };
  const came = progress.bytes_done - pull.shown.bytes_done;
  const isDue =
    nowMs - pull.shown_ms >= shownEveryMs && came >= progress.bytes_total * pull.shown_every_part;
  return isDue ? { ...next, shown: progress, shown_ms: nowMs } : next;
}

export function endPull({ since_ms, newest }: Pull, nowMs: number): Pulled {
  return { took_ms: nowMs - since_ms, bytes: newest.bytes_total };
}

/** Empty while nothing of it is here. */
export function progressInWords(pull: Pull | null): string {
  if (!pull || pull.shown.bytes_done === 0) return '';
  return `: ${pullInWords(pull.shown)} after ${secondsInWords(pull.shown_ms - pull.since_ms)}`;
}

/** Such as `; the image was pulled in 93 s (4.1 GB)`. */
export function pulledInWords(pulled: Pulled | null): string {
  if (!pulled) return '';
  return `; the image was pulled in ${secondsInWords(pulled.took_ms)} (${bytesInWords(pulled.bytes)})`;
}

/** Such as `20 ms`, `4.2 s`, `93 s`. */
export function secondsInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
