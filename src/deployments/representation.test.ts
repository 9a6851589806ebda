import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { newDeployment } from './model.ts';
import { toDeployment, toInstance } from './representation.ts';
import { instanceRecord } from './testing.ts';

const spec = DeploymentInput.parse({ name: 'model', image_name: 'i' });
const deployment = newDeployment('dep', 'org', spec, 0);
const standing = { backendRevision: null, secretsChanged: [] };

test('an instance is reached where its host is now, not where it was when it was rendered', () => {
  const launchSpec = { worker_ip: '10.0.0.1', port: 30_000, backend: null } as never; // of it no more is read
  const moved = instanceRecord({ launchSpec, hostAddress: 'fd00::1' });
  const { endpoints } = toDeployment(deployment, [moved], standing).status;
  expect(endpoints).toEqual([{ instance_id: 'a', url: 'http://[fd00::1]:30000' }]);
  expect(toInstance(moved, 'model').url).toBe('http://[fd00::1]:30000');
});
