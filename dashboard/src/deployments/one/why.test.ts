import { expect, test } from 'vitest';
import { deploymentExamples } from '../../../../contract/examples/deployments.ts';
import { whyOf } from './why.ts';

const { Deployment: deployment, Instance: instance } = deploymentExamples;
const progressing = {
  ...deployment,
  status: {
    ...deployment.status,
    phase: 'progressing' as const,
    ready_replicas: 0,
    message: '0 of 2 ready. crash loop (3 restarts): exited with code 1',
  },
};

test('what ends again and again is not said to be on its way', () => {
  const restarting = { ...instance, state: 'restarting' as const };
  expect(whyOf(progressing, [restarting])).toEqual([
    {
      tone: 'bad',
      title: 'It starts, and ends again: 0 of 2 ready',
      text: 'Crash loop (3 restarts): exited with code 1',
    },
  ]);
  const pulling = { ...instance, state: 'pulling' as const };
  expect(whyOf(progressing, [pulling])[0]).toMatchObject({
    tone: 'busy',
    title: 'On its way: 0 of 2 ready',
  });
});
