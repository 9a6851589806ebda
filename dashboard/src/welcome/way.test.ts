import { expect, test } from 'vitest';
import { deploymentExamples } from '../../../contract/examples/deployments.ts';
import { hostWith } from '../hosts/host-of-test.ts';
import type { Choice } from './choices.ts';
import { shownDeployment, wayOf } from './way.ts';

const host = hostWith();
const { Deployment: serving } = deploymentExamples;
const starting = {
  ...serving,
  name: 'starting',
  status: { ...serving.status, phase: 'progressing' as const, endpoints: [] },
};
const ready: Choice = {
  name: 'vLLM',
  source: 'built_in',
  description: null,
  icon: null,
  isEnabled: true,
  runsOn: ['cuda'],
  why: null,
  takesModel: true,
};

test.each<[string, Parameters<typeof wayOf>[0], string[]]>([
  [
    'nothing is there',
    { hosts: [], chosen: null, deployment: null },
    ['current', 'later', 'later', 'later'],
  ],
  [
    'the only host is offline',
    { hosts: [hostWith({ status: 'offline' })], chosen: ready, deployment: null },
    ['current', 'done', 'later', 'later'],
  ],
  [
    'what could run must be enabled first',
    { hosts: [host], chosen: { ...ready, isEnabled: false }, deployment: null },
    ['done', 'current', 'later', 'later'],
  ],
  [
    'something is on its way',
    { hosts: [host], chosen: ready, deployment: starting },
    ['done', 'done', 'done', 'current'],
  ],
  [
    'something serves, and its host went away',
    { hosts: [], chosen: null, deployment: serving },
    ['current', 'done', 'done', 'ready'],
  ],
])('each step is judged by what is there: %s', (_, there, states) => {
  expect(Object.values(wayOf(there))).toEqual(states);
});

test('the deployment that is shown serves, and is not one that leaves', () => {
  const leaving = { ...serving, status: { ...serving.status, phase: 'deleting' as const } };
  const degraded = { ...serving, status: { ...serving.status, phase: 'degraded' as const } };
  expect(shownDeployment([leaving])).toBe(null);
  expect(shownDeployment([starting, degraded, serving])).toBe(serving);
  expect(shownDeployment([starting, degraded])).toBe(degraded);
});
