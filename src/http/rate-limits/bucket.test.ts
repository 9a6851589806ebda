import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bucket, giveBack, type Policy, take } from './bucket.ts';

const policy: Policy = { name: 'test', quota: 60, windowSeconds: 60 };

function takeMany(count: number, from: Bucket | undefined, now: number) {
  let bucket = from;
  let admitted = 0;
  for (let index = 0; index < count; index += 1) {
    const taken = take(bucket, policy, now);
    bucket = taken.bucket;
    if (taken.admitted) admitted += 1;
  }
  return { bucket, admitted };
}

test('a burst gets the quota and no more, and then a unit as often as the window says', () => {
  const { bucket, admitted } = takeMany(100, undefined, 0);
  expect(admitted).toBe(60);
  expect(take(bucket, policy, 999).admitted).toBe(false);
  expect(take(bucket, policy, 1000).admitted).toBe(true);
  expect(takeMany(100, bucket, 10_000).admitted).toBe(10);
  expect(takeMany(100, bucket, 3_600_000).admitted).toBe(60);
});

test('who waits as long as it is told is let in, and not a second earlier', () => {
  const { bucket } = takeMany(60, undefined, 0);
  const refused = take(bucket, { ...policy, quota: 7 }, 500);
  expect(refused.admitted).toBe(false);
  const after = (seconds: number) =>
    take(refused.bucket, { ...policy, quota: 7 }, 500 + seconds * 1000).admitted;
  expect(after(refused.retryAfterSeconds)).toBe(true);
  expect(after(refused.retryAfterSeconds - 1)).toBe(false);
});

test('a clock that goes back gives nothing', () => {
  const { bucket } = takeMany(60, undefined, 10_000);
  expect(take(bucket, policy, 0).admitted).toBe(false);
});

test('a unit that is given back can be taken again, and never makes more than the quota', () => {
  const { bucket } = takeMany(60, undefined, 0);
  expect(take(giveBack(bucket, policy, 0), policy, 0).admitted).toBe(true);
  expect(giveBack(undefined, policy, 0).units).toBe(60);
});

test('whatever the times, no window admits more than its quota twice', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2_000), { maxLength: 400 }), (pauses) => {
      let bucket: Bucket | undefined;
      let now = 0;
      const admitted: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const taken = take(bucket, policy, now);
        bucket = taken.bucket;
        if (taken.admitted) admitted.push(now);
      }
      for (const start of admitted) {
        const within = admitted.filter((at) => at >= start && at < start + 60_000);
        expect(within.length).toBeLessThanOrEqual(2 * policy.quota);
      }
    }),
  );
});
