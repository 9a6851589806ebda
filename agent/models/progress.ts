import type { Clock } from '../clock.ts';

export interface Progress {
  done_bytes: number;
  total_bytes: number;
  bytes_per_second: number;
  /** Why nothing comes at present; null while it does. */
  fault: string | null;
}

export interface ProgressMeter {
  readonly current: Progress;
  add(bytes: number): void;
  setFault(fault: string | null): void;
}

const tellEveryMs = 1000;
/** Speed is that of the last seconds, so that it follows the line and does not jump. */
const speedOverMs = 10_000;

/** Counts a download and tells of it once a second at most. */
export function createProgressMeter(
  clock: Clock,
  start: { done_bytes: number; total_bytes: number },
  onProgress: (progress: Progress) => void,
): ProgressMeter {
  let current: Progress = { ...start, bytes_per_second: 0, fault: null };
  let toldAtMs = clock.now();
  let samples = [{ at_ms: clock.now(), done_bytes: start.done_bytes }];

  function tell(): void {
    const nowMs = clock.now();
    const recent = samples.filter(({ at_ms }) => nowMs - at_ms <= speedOverMs);
    const [oldest = { at_ms: nowMs, done_bytes: current.done_bytes }] = recent;
    const seconds = (nowMs - oldest.at_ms) / 1000;
    const gained = Math.max(0, current.done_bytes - oldest.done_bytes);
    current = { ...current, bytes_per_second: seconds > 0 ? gained / seconds : 0 };
    samples = [...recent, { at_ms: nowMs, done_bytes: current.done_bytes }];
    toldAtMs = nowMs;
    onProgress(current);
  }

  return {
    get current() {
      return current;
    },
    add(bytes) {
      current = { ...current, done_bytes: Math.max(0, current.done_bytes + bytes) };
      if (clock.now() - toldAtMs >= tellEveryMs) tell();
    },
    setFault(fault) {
      if (fault === current.fault) return;
      current = { ...current, fault };
      tell();
    },
  };
}

/** Such as `1.2 of 1.5 GB (80 %), 95 MB/s, about 3 s left`. */
export function progressInWords({
  done_bytes,
  total_bytes,
  bytes_per_second,
  fault,
}: Progress): string {
  const unit = unitOf(total_bytes);
  const percent = total_bytes > 0 ? Math.floor((100 * done_bytes) / total_bytes) : 100;
  const amount = `${inUnit(done_bytes, unit)} of ${inUnit(total_bytes, unit)} ${unit.name} (${percent} %)`;
  if (fault !== null) return `${amount}, waiting: ${fault}`;
  if (bytes_per_second < 1) return amount;
  const speedUnit = unitOf(bytes_per_second);
  const speed = `${Math.round(bytes_per_second / speedUnit.bytes)} ${speedUnit.name}/s`;
  const secondsLeft = (total_bytes - done_bytes) / bytes_per_second;
  return `${amount}, ${speed}, about ${durationInWords(secondsLeft)} left`;
}

/** Such as `1.5 GB`: powers of ten, as disks and lines are measured. */
export function bytesInWords(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

const units = [
  { name: 'TB', bytes: 1e12 },
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'kB', bytes: 1e3 },
] as const;
type Unit = { name: string; bytes: number };

function unitOf(bytes: number): Unit {
  return units.find((unit) => bytes >= unit.bytes) ?? { name: 'B', bytes: 1 };
}

function inUnit(bytes: number, unit: Unit): string {
  return (bytes / unit.bytes).toFixed(unit.bytes >= 1e9 ? 1 : 0);
}

function durationInWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
