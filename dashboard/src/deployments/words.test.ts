import { expect, test } from 'vitest';
import { deploymentExamples } from '../../../contract/examples/deployments.ts';
import { hitchOf } from './words.ts';

const { Deployment: deployment } = deploymentExamples;
const as = (phase: typeof deployment.status.phase, message: string) => ({
  status: { ...deployment.status, phase, message },
});

test('what keeps one from serving is told without the count, and nothing of one that serves or was stopped', () => {
  const failing = '0 of 2 ready. the pull of engine:1 failed for the 9th time';
  expect(hitchOf(as('progressing', failing))).toBe('The pull of engine:1 failed for the 9th time');
  expect(hitchOf(as('pending', '0 of 2 ready.'))).toBe('');
  expect(hitchOf(as('available', '2 of 2 ready.'))).toBe('');
  expect(hitchOf(as('stopped', 'It was stopped. Start it to serve again.'))).toBe('');
});
