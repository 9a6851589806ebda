import { Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { relativeTime } from './relative-time-text.ts';

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the screen. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Never before what has just happened. */
const now = () => Math.ceil(Date.now() / TICK_MS) * TICK_MS;

/** "3 min ago", and the exact time on hover and to a screen reader. */
export function RelativeTime({ time }: { time: string }) {
  const tick = useSyncExternalStore(subscribe, now);
  const exact = new Date(time).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'long',
  });
  return (
    <Text component="time" dateTime={time} title={exact} span inherit>
      {relativeTime(new Date(time).getTime(), Math.max(tick, 0))}
    </Text>
  );
}
