import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import { newDeployment } from './model.ts';
import { toDeployment, toInstance } from './representation.ts';
import { instanceRecord } from './testing.ts';

const spec = DeploymentInput.parse({ name: 'model', image_name: 'i' });
const deleting = { ...newDeployment('dep', 'org', spec, 0), deleting: true };
const standing = { backendRevision: null, secretsChanged: [] };
const stopping = instanceRecord({ state: 'stopping', hostName: 'rack-1' });
const silent = { ...stopping, hostSeenAt: 1 };

test('a deletion that waits for silent hosts names them, and the way out', () => {
  const status = (instances: (typeof silent)[]) =>
    toDeployment(deleting, instances, standing).status;
  expect(status([silent, { ...silent, id: 'b', hostName: 'rack-2' }])).toMatchObject({
    phase: 'deleting',
    message: expect.stringMatching(
      /silent hosts \(rack-1, rack-2\).*DELETE \/api\/v1\/deployments\/model\?force=true/,
    ),
  });
  const many = Array.from({ length: 9 }, (_, at) => ({ ...silent, hostName: `rack-${at}` }));
  expect(status(many).message).toContain('rack-4 and 4 more)');
});

test('one whose hosts answer does not', () => {
  const { status } = toDeployment(deleting, [{ ...stopping, hostSeenAt: null }], standing);
  expect(status.message).toBe('Its containers are being stopped.');
});

test('an instance that leaves a silent host says so while the host is silent', () => {
  expect(toInstance(silent, 'model').message).toMatch(/rack-1 is silent.*hosts\/host\?force=true/);
  expect(toInstance(stopping, 'model').message).toBe('words');
  expect(toInstance({ ...silent, state: 'deleting' }, 'model').message).toBe('words');
});
