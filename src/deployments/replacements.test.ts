import { expect, test } from 'vitest';
import { replacedMessage, withReplacements } from './replacements.ts';
import { type Step, stopStep } from './steps.ts';
import { instanceRecord } from './testing.ts';

const made = (instanceId: string): Step => ({
  kind: 'create',
  instanceId,
  launch: null,
  message: 'waits',
});
const lost = (id: string) => stopStep(instanceRecord({ id }), 'silent;', true);

test('what is given up and what is made for it say so of each other', () => {
  const steps = [stopStep(instanceRecord({ id: 'surplus' })), lost('a'), lost('b'), made('x')];
  expect(withReplacements(steps)).toEqual([
    steps[0],
    { ...steps[1], message: 'silent; x takes its place.' },
    steps[2],
    { ...steps[3], replaces: 'a' },
  ]);
});

test('what is made for more replicas takes nobody’s place', () => {
  expect(withReplacements([made('x')])).toEqual([made('x')]);
});

test('what stops for a good one names the latest', () => {
  const good = [
    instanceRecord({ id: 'first', readyAt: 1, deploymentRevision: 2 }),
    instanceRecord({ id: 'second', readyAt: 2, deploymentRevision: 2 }),
  ];
  expect(replacedMessage(good, 0)).toContain('second (revision 2) is ready in its place');
  expect(replacedMessage(good, 1)).toContain('first');
  expect(replacedMessage(good, 2)).toBeUndefined();
});
