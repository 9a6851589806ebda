import { describe, expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { type InstanceRecord, newDeployment, type World } from './model.ts';
import { isGood, isLost, lookAgainAt, rolloutFailureOf } from './progress.ts';
import { instanceRecord } from './testing.ts';

const spec = (rollout: Record<string, unknown> = {}) =>
  DeploymentInput.parse({ name: 'model', image_name: 'i', replace_after_seconds: 60, rollout });

const instance = (change: Partial<InstanceRecord> = {}) =>
  instanceRecord({ deploymentRevision: 2, ...change });

/** Revision 2 is being rolled out since 0; revision 1 was good. */
function world(now: number, change: Partial<World> = {}, rollout = {}): World {
  const good = { ...newDeployment('dep', 'org', spec(rollout), 0), goodRevision: 1 };
  return {
    deployment: { ...good, revision: 2, templateRevision: 2 },
    backend: null,
    fallback: { deployment: good, backend: null },
    replacementHeld: false,
    instances: [],
    hosts: [],
    secretNames: new Set(),
    secretsChanged: [],
    now,
    ...change,
  };
}

test('an instance is good once it has been ready for as long as is asked', () => {
  const ready = instance({ readyAt: 1000 });
  expect(isGood(ready, spec({ min_ready_seconds: 10 }), 10_999)).toBe(false);
  expect(isGood(ready, spec({ min_ready_seconds: 10 }), 11_000)).toBe(true);
  expect(isGood(instance({ state: 'starting' }), spec(), 11_000)).toBe(false);
});

test('one on a silent host is lost after its time from the last sign of life, unless replacing is held', () => {
  const silent = instance({ state: 'unreachable', hostSeenAt: 5000 });
  expect(isLost(silent, world(64_999))).toBe(false);
  expect(isLost(silent, world(65_000))).toBe(true);
  expect(isLost(silent, world(65_000, { replacementHeld: true }))).toBe(false);
  expect(isLost(instance(), world(65_000))).toBe(false);
});

test('none is lost before the look after the one that found its host silent: it may find most hosts silent', () => {
  const late = { state: 'unreachable', hostSeenAt: 5000, hostOfflineAt: 60_000 } as const;
  const silent = instance(late);
  expect(isLost(silent, world(70_999))).toBe(false);
  expect(isLost(silent, world(71_000))).toBe(true);
  expect(lookAgainAt(world(60_000, { instances: [silent] }))).toBe(71_000);
});

describe('a rollout is given up', () => {
  test.each<[string, Partial<InstanceRecord>, number, boolean]>([
    ['not while it starts', { state: 'starting' }, 1000, false],
    ['when its image is nowhere', { state: 'failed', reason: 'image_not_found' }, 0, true],
    ['not at the first crash', { state: 'restarting', restarts: 1 }, 0, false],
    ['when it keeps crashing', { state: 'restarting', restarts: 3 }, 0, true],
    ['never for a host that is silent', { state: 'unreachable' }, 3_600_000, false],
    ['when it made no progress until its deadline', { state: 'starting' }, 3_600_000, true],
    [
      'not for an instance of the revision before',
      { deploymentRevision: 1, restarts: 9 },
      0,
      false,
    ],
  ])('%s', (_name, change, now, isGivenUp) => {
    const failure = rolloutFailureOf(world(now), [instance(change)]);
    expect(failure !== null).toBe(isGivenUp);
    if (failure) expect(failure).toMatch(/Revision 2 .* revision 1 serves on.*words/);
  });

  test('never without a revision to go back to', () => {
    const broken = instance({ state: 'failed', reason: 'image_not_found' });
    expect(rolloutFailureOf(world(0, { replacementHeld: true }), [broken])).toBeNull();
    expect(rolloutFailureOf(world(0, { fallback: null }), [broken])).toBeNull();
  });
});

test('it is looked at again at the next time that changes the plan', () => {
  const silent = instance({ state: 'unreachable', hostSeenAt: 5000 });
  const ready = instance({ readyAt: 10_000 });
  expect(lookAgainAt(world(20_000, { instances: [silent] }))).toBe(65_000);
  expect(
    lookAgainAt(world(20_000, { instances: [silent, ready] }, { min_ready_seconds: 30 })),
  ).toBe(40_000);
  const done = { ...world(0).deployment, rolling: false };
  expect(lookAgainAt(world(20_000, { deployment: done, instances: [ready] }))).toBeNull();
});
