import { describe, expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import type { InstanceState } from '../../contract/instance.ts';
import { hostView } from '../placement/testing.ts';
import { type InstanceRecord, newDeployment, type World } from './model.ts';
import { plan } from './rollout.ts';
import type { Step } from './steps.ts';
import { instanceRecord } from './testing.ts';

const spec = (change: Record<string, unknown> = {}) =>
  DeploymentInput.parse({ name: 'model', image_name: 'i', run_command: 'serve', ...change });

const box = hostView('host', {
  name: 'box',
  address: '127.0.0.1',
  ports: { first: 100, last: 102 },
  memoryBytes: 1e9,
});

function world(change: Partial<World> & { input?: Record<string, unknown> } = {}): World {
  const { input, ...rest } = change;
  return {
    deployment: { ...newDeployment('dep', 'org', spec(input), 0), rolling: false },
    backend: null,
    fallback: null,
    replacementHeld: false,
    instances: [],
    hosts: [box],
    secretNames: new Set(),
    secretsChanged: [],
    now: 0,
    ...rest,
  };
}

function instance(
  id: string,
  state: InstanceState,
  change: Partial<InstanceRecord> = {},
): InstanceRecord {
  const hostId = state === 'pending' ? null : 'host';
  return instanceRecord({ id, state, hostId, message: '', ...change });
}

function steps(of: World): Step[] {
  let count = 0;
  return plan(of, () => {
    count += 1;
    return `new-${count}`;
  });
}

const kinds = (list: Step[]) =>
  list.map((step) => ('instanceId' in step ? `${step.kind} ${step.instanceId}` : step.kind));

describe('the plan', () => {
  test.each([
    ['the same share', 20, ['relaunch a']],
    ['a greater share', 40, ['stop a', 'create new-1']],
  ])('makes an instance anew in place with %s of its GPU', (_, memory_bytes, expected) => {
    const gpus = [{ framework: 'cuda', index: 0, uuid: 'g', name: 'GPU', memory_bytes: 80 }];
    const [made] = steps(
      world({ input: { gpu: { count: 1, memory_bytes: 20 } }, hosts: [{ ...box, gpus }] }),
    );
    const launchSpec = made?.kind === 'create' ? (made.launch?.spec ?? null) : null;
    const input = spec({ gpu: { count: 1, memory_bytes } });
    const changed = { ...newDeployment('dep', 'org', input, 0), revision: 2, templateRevision: 2 };
    const taken = { takenGpus: new Map([['g', 20]]), shares: new Map([['a', 20]]) };
    const plan = steps(
      world({
        deployment: changed,
        instances: [instance('a', 'starting', { launchSpec })],
        hosts: [{ ...box, gpus, ...taken, takenPorts: new Set([100]) }],
      }),
    );
    expect(kinds(plan)).toEqual(expected);
  });

  test('makes the replicas that are missing, each with a port of its own, and says why one has to wait', () => {
    const made = steps(world({ input: { replicas: 4 } }));
    expect(kinds(made)).toEqual(['create new-1', 'create new-2', 'create new-3', 'create new-4']);
    const launches = made.map((step) => (step.kind === 'create' ? step.launch : null));
    expect(launches.map((launch) => launch?.spec.port)).toEqual([100, 101, 102, undefined]);
    expect(made[3]).toMatchObject({
      message: '1 host: 1 has no free port between 100 and 102',
    });
  });

  test('has nothing to do once it is done', () => {
    const running = world({
      input: { replicas: 2 },
      instances: ['a', 'b'].map((id) => instance(id, 'running')),
    });
    expect(steps(running)).toEqual([]);
    const message = '1 host: 1 is offline';
    const waiting = world({
      hosts: [{ ...box, online: false }],
      instances: [instance('a', 'pending', { generation: 0, message })],
    });
    expect(steps(waiting)).toEqual([]);
  });

  test('places what is pending when there is room', () => {
    const [step] = steps(world({ instances: [instance('a', 'pending', { generation: 0 })] }));
    expect(step).toMatchObject({ kind: 'launch', instanceId: 'a', generation: 1 });
  });

  test('keeps waiting for the GPU that "auto" was decided to mean, also when no host shows one any more', () => {
    const version_configs = {
      cpu: { image_name: 'c', custom_framework: 'cpu' },
      gpu: { image_name: 'g', custom_framework: 'cuda' },
    };
    const backend: World['backend'] = {
      id: 'b',
      backendName: 'engine',
      source: 'custom',
      revision: 1,
      definition: { backend_name: 'engine', version_configs },
      builtInVersions: [],
      updateAvailable: false,
      createdAt: 0,
      updatedAt: 0,
    };
    const input = DeploymentInput.parse({ name: 'model', backend_name: 'engine' });
    const deployment = newDeployment('dep', 'org', input, 0);
    const at = (gpuCount: number | null) =>
      steps(world({ backend, deployment: { ...deployment, gpuCount } }))[0];
    expect(at(null)).toMatchObject({ launch: { spec: { image: 'c' } } });
    expect(at(1)).toMatchObject({ launch: null, message: '1 host: 1 has no cuda GPU' });
  });

  test('a replica in whose place nothing stands is there and says why it waits, whatever else must leave its host', () => {
    const full = { ...box, schedulable: false };
    const planned = steps(
      world({
        input: { replicas: 3 },
        instances: [instance('a', 'running', { hostDraining: true }), instance('b', 'pending')],
        hosts: [full],
      }),
    );
    expect(planned).toContainEqual(
      expect.objectContaining({ kind: 'create', launch: null, message: '1 host: 1 is cordoned' }),
    );
    expect(planned.filter(({ kind }) => kind === 'create')).toHaveLength(1);
  });

  test('lets go of what a rollout has made when fewer replicas are wanted than then', () => {
    const deployment = {
      ...newDeployment('dep', 'org', spec({ replicas: 2 }), 0),
      revision: 3,
      templateRevision: 2,
    };
    const made = { deploymentRevision: 2, templateRevision: 2 };
    const instances = [
      instance('old1', 'running'),
      instance('old2', 'running'),
      instance('new1', 'starting', made),
      instance('new2', 'failed', made),
    ];
    expect(kinds(steps(world({ deployment, instances })))).toEqual(['stop new2']);
  });

  test('stops the surplus, what serves least first', () => {
    const instances = [
      instance('a', 'running'),
      instance('b', 'starting'),
      instance('c', 'pending'),
      instance('d', 'running'),
    ];
    expect(kinds(steps(world({ input: { replicas: 2 }, instances })))).toEqual([
      'stop c',
      'stop b',
    ]);
    expect(kinds(steps(world({ input: { replicas: 1 }, instances })))).toEqual([
      'stop c',
      'stop b',
      'stop d',
    ]);
  });

  test('deletes a deployment only when nothing of it is left', () => {
    const deployment = { ...newDeployment('dep', 'org', spec(), 0), deleting: true };
    const at = (...instances: InstanceRecord[]) => kinds(steps(world({ deployment, instances })));
    expect(at(instance('a', 'running'))).toEqual(['stop a']);
    expect(at(instance('a', 'stopping'))).toEqual([]);
    expect(at(instance('a', 'stopped'), instance('b', 'stopping'))).toEqual(['forget a']);
    expect(at(instance('a', 'stopped'))).toEqual(['forget a', 'delete_deployment']);
    expect(at()).toEqual(['delete_deployment']);
  });

  test('gives an instance whose port is taken by a stranger another one, on the same GPUs', () => {
    const [made] = steps(
      world({
        hosts: [
          { ...box, gpus: [{ framework: 'cuda', index: 3, uuid: 'G', name: '', memory_bytes: 1 }] },
        ],
        input: { gpu: { count: 1 } },
      }),
    );
    const launchSpec = made?.kind === 'create' ? (made.launch?.spec ?? null) : null;
    const failed = instance('a', 'failed', { reason: 'port_in_use', launchSpec });
    const [step] = steps(
      world({
        input: { gpu: { count: 1 } },
        instances: [failed],
        hosts: [
          {
            ...box,
            gpus: [{ framework: 'cuda', index: 3, uuid: 'G', name: '', memory_bytes: 1 }],
            takenPorts: new Set([100]),
          },
        ],
      }),
    );
    expect(step).toMatchObject({
      kind: 'relaunch',
      generation: 2,
      barredPort: 100,
      launch: { spec: { port: 101, gpu: { uuids: ['G'], indexes: [3] } } },
    });
  });
});
