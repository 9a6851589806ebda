import { expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import type { InstanceState } from '../../contract/instance.ts';
import { newDeployment } from './model.ts';
import { statusOf } from './status.ts';
import { instanceRecord } from './testing.ts';

const deploymentOf = (input: Record<string, unknown>) =>
  newDeployment('dep', 'org', DeploymentInput.parse({ name: 'model', ...input }), 0);

test.each<[InstanceState[], string, number]>([
  [['running', 'running'], 'available', 2],
  [['running', 'starting'], 'progressing', 1],
  [['running', 'unhealthy'], 'degraded', 1],
  [['running', 'pending'], 'degraded', 1],
  [['running', 'unreachable'], 'degraded', 1],
  [['starting', 'pending'], 'progressing', 0],
  [['pending', 'pending'], 'pending', 0],
  [['failed', 'starting'], 'failed', 0],
  [['unreachable', 'unreachable'], 'progressing', 0],
  [['running', 'running', 'stopping'], 'available', 2],
])('%j make a deployment of two replicas %s', (states, phase, ready_replicas) => {
  const deployment = deploymentOf({ image_name: 'i', run_command: 'serve', replicas: 2 });
  const instances = states.map((state, index) => instanceRecord({ id: String(index), state }));
  expect(
    statusOf(deployment, instances, { backendRevision: null, secretsChanged: [] }),
  ).toMatchObject({ phase, ready_replicas });
});

test('what starts again after it ended is no growth: it serves less than it did', () => {
  const deployment = deploymentOf({ image_name: 'i', run_command: 'serve', replicas: 2 });
  const running = instanceRecord({ id: '1', state: 'running' });
  const again = instanceRecord({ id: '2', state: 'starting', restarts: 1 });
  const { phase } = statusOf(deployment, [running, again], {
    backendRevision: null,
    secretsChanged: [],
  });
  expect(phase).toBe('degraded');
});

test('the hosts of a deployment are those that its instances are placed on, each once', () => {
  const deployment = deploymentOf({ image_name: 'i', run_command: 'serve', replicas: 3 });
  const instances = [
    instanceRecord({ id: '1', state: 'running', hostId: 'b' }),
    instanceRecord({ id: '2', state: 'pulling', hostId: 'a' }),
    instanceRecord({ id: '3', state: 'running', hostId: 'b' }),
    instanceRecord({ id: '4', state: 'pending', hostId: null }),
    instanceRecord({ id: '5', state: 'stopping', hostId: 'c' }),
  ];
  const status = statusOf(deployment, instances, { backendRevision: null, secretsChanged: [] });
  expect(status.host_ids).toEqual(['a', 'b']);
});

test('the first use of what ships shows no update: the revision that it makes is what was rendered', () => {
  const backend = { backend_name: 'engine', version: '1', revision: 0 };
  const launchSpec = { worker_ip: '127.0.0.1', port: 100, backend };
  const updateAt = (backendRevision: number) =>
    statusOf(deploymentOf({ backend_name: 'engine' }), [{ ...instanceRecord(), launchSpec }], {
      backendRevision,
      secretsChanged: [],
    }).backend_update_available;
  expect([updateAt(1), updateAt(2)]).toEqual([false, true]);
});

test.each([
  ['engine', 2, true],
  ['Engine', 3, false],
  ['another', 2, false],
])(
  'an instance of %s at revision %s shows an update of "engine" at 3: %s',
  (name, revision, is) => {
    const backend = { backend_name: name, version: '1', revision };
    const launchSpec = { worker_ip: '127.0.0.1', port: 100, backend };
    const status = statusOf(
      deploymentOf({ backend_name: 'engine' }),
      [{ ...instanceRecord(), launchSpec }],
      { backendRevision: 3, secretsChanged: [] },
    );
    expect(status.backend_update_available).toBe(is);
  },
);
