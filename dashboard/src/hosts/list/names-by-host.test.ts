import { expect, test } from 'vitest';
import { deploymentExamples } from '../../../../contract/examples/deployments.ts';
import { namesByHost } from './names-by-host.ts';

const { Deployment: deployment } = deploymentExamples;
const on = (name: string, ...host_ids: string[]) => ({
  ...deployment,
  name,
  status: { ...deployment.status, host_ids },
});

test('each host has the names of what is placed on it, in order', () => {
  const names = namesByHost([on('b', 'host_1', 'host_2'), on('a', 'host_1'), on('c')]);
  expect([...names]).toEqual([
    ['host_1', ['a', 'b']],
    ['host_2', ['b']],
  ]);
});
