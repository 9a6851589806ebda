import { expect, test } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { createProgressMeter, type Progress, progressInWords } from './progress.ts';

const GB = 1e9;

test.each<[Partial<Progress>, string]>([
  [
    { done_bytes: 1.2 * GB, total_bytes: 1.5 * GB, bytes_per_second: 95e6 },
    '1.2 of 1.5 GB (80 %), 95 MB/s, about 3 s left',
  ],
  [{ done_bytes: 0, total_bytes: 140 * GB, bytes_per_second: 0 }, '0.0 of 140.0 GB (0 %)'],
  [
    { done_bytes: 10 * GB, total_bytes: 140 * GB, bytes_per_second: 100e6 },
    '10.0 of 140.0 GB (7 %), 100 MB/s, about 22 min left',
  ],
  [
    { done_bytes: 10 * GB, total_bytes: 1400 * GB, bytes_per_second: 100e6 },
    '0.0 of 1.4 TB (0 %), 100 MB/s, about 3.9 h left',
  ],
  [
    { done_bytes: 500, total_bytes: 1000, fault: 'HTTP 503' },
    '1 of 1 kB (50 %), waiting: HTTP 503',
  ],
  [{ done_bytes: 0, total_bytes: 0 }, '0 of 0 B (100 %)'],
])('%j reads %s', (progress, text) => {
  const none = { done_bytes: 0, total_bytes: 0, bytes_per_second: 0, fault: null };
  expect(progressInWords({ ...none, ...progress })).toBe(text);
});

test('speed is that of the last ten seconds, without what was there before, told once a second', async () => {
  const clock = manualClock();
  const told: Progress[] = [];
  const meter = createProgressMeter(clock, { done_bytes: 5000, total_bytes: 100_000 }, (one) =>
    told.push(one),
  );
  for (let tenth = 0; tenth < 50; tenth++) {
    await clock.advance(100);
    meter.add(100);
  }
  expect(told).toHaveLength(5);
  expect(told.at(-1)).toMatchObject({ done_bytes: 10_000, bytes_per_second: 1000 });
  await clock.advance(60_000);
  meter.add(100);
  await clock.advance(1000);
  meter.add(200);
  expect(meter.current).toMatchObject({ done_bytes: 10_300, bytes_per_second: 200 });
});

test('a fault is told at once, and so is its end', () => {
  const told: (string | null)[] = [];
  const meter = createProgressMeter(manualClock(), { done_bytes: 0, total_bytes: 1 }, ({ fault }) =>
    told.push(fault),
  );
  for (const fault of ['HTTP 500', 'HTTP 500', null, null]) meter.setFault(fault);
  expect(told).toEqual(['HTTP 500', null]);
});
