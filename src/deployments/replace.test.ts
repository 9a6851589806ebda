import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeploymentInput } from '../../contract/deployment.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import type { HostView } from '../placement/model.ts';
import { gpuOf, hostView } from '../placement/testing.ts';
import { type InstanceRecord, isServing, newDeployment, type World } from './model.ts';
import { lookAgainAt } from './progress.ts';
import { plan } from './rollout.ts';
import type { Step } from './steps.ts';
import { instanceRecord } from './testing.ts';

const input = (change: Record<string, unknown> = {}) =>
  DeploymentInput.parse({
    name: 'model',
    image_name: 'i',
    run_command: 'serve',
    rollout: { deadline_seconds: 60 },
    ...change,
  });

const good = { gpu: { count: 1 } };
const mega = 1e8;
const plain = hostView('host', { memoryBytes: 10 * mega, ports: { first: 100, last: 109 } });

function planned(world: World): Step[] {
  let count = 0;
  return plan(world, () => {
    count += 1;
    return `new-${count}`;
  });
}

const brief = (world: World) =>
  planned(world).map((step) =>
    'instanceId' in step ? `${step.kind} ${step.instanceId}` : step.kind,
  );

/** What an instance at revision 1 got on an empty host. */
function launched(spec: DeploymentInput, host: HostView): LaunchSpec {
  const deployment = newDeployment('dep', 'org', spec, 0);
  const [step] = planned(worldOf(deployment, [], [host]));
  const spec1 = step?.kind === 'create' ? step.launch?.spec : undefined;
  if (!spec1) throw new Error('it found no place');
  return spec1;
}

function worldOf(
  deployment: World['deployment'],
  instances: readonly InstanceRecord[],
  hosts: readonly HostView[],
  change: Partial<World> = {},
): World {
  return {
    deployment,
    backend: null,
    fallback: null,
    replacementHeld: false,
    instances,
    hosts,
    secretNames: new Set(),
    secretsChanged: [],
    now: 1000,
    ...change,
  };
}

/** Revision 1 was good; revision 2 is being rolled out since 0. */
function changed(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  instances: (spec: LaunchSpec) => InstanceRecord[],
  { host, now = 1000, failure = null }: { host: HostView; now?: number; failure?: string | null },
): World {
  const first = {
    ...newDeployment('dep', 'org', input(before), 0),
    goodRevision: 1,
    gpuCount: null,
  };
  const deployment = {
    ...first,
    spec: input(after),
    revision: 2,
    templateRevision: 2,
    version: 9,
    rolloutFailure: failure,
  };
  const own = instances(launched(first.spec, host));
  const taken = own.flatMap(({ launchSpec }) => launchSpec ?? []);
  const claimed: HostView = {
    ...host,
    takenPorts: new Set(taken.map(({ port }) => port)),
    takenGpus: new Map([
      ...host.takenGpus,
      ...taken.flatMap(({ gpu }) => (gpu?.uuids ?? []).map((uuid) => [uuid, 'whole'] as const)),
    ]),
    takenMemoryBytes: taken.reduce((sum, { memory_bytes }) => sum + (memory_bytes ?? 0), 0),
  };
  const fallback = { deployment: first, backend: null };
  return worldOf(deployment, own, [claimed], { now, fallback });
}

const one =
  (change: Partial<InstanceRecord> = {}) =>
  (launchSpec: LaunchSpec) => [instanceRecord({ launchSpec, readyAt: 1, ...change })];

const twoGpus = hostView('host', { gpus: [gpuOf(0), gpuOf(1)] });
const oneGpu = hostView('host', { gpus: [gpuOf(0)] });

describe('what serves is not stopped for what finds no place', () => {
  const cases: [string, Record<string, unknown>, HostView][] = [
    ['more memory than any host has', { ...good, memory_bytes: 50 * mega }, oneGpu],
    [
      'a label that no host has',
      { ...good, env: { A: '1' }, placement: { host_labels: { a: 'b' } } },
      oneGpu,
    ],
    [
      'a second GPU that another deployment holds',
      { gpu: { count: 2 } },
      { ...twoGpus, takenGpus: new Map([['cuda-1', 'whole']]) },
    ],
    ['an engine that is away', { ...good, env: { A: '1' } }, { ...oneGpu, containers: false }],
  ];

  test.each(cases)('%s', (_name, after, host) => {
    const start = { ...host, containers: true };
    const made = changed(good, after, one(), { host: start });
    const world = {
      ...made,
      hosts: made.hosts.map((one) => ({ ...one, containers: host.containers })),
    };
    const [step, ...others] = planned(world);
    expect(others).toEqual([]);
    expect(step).toMatchObject({ kind: 'create', launch: null });
    const message = step?.kind === 'create' ? step.message : '';
    expect(message).toMatch(/^1 host: 1 (has|lacks|cannot)/);

    const pending = instanceRecord({
      id: 'b',
      state: 'pending',
      hostId: null,
      deploymentRevision: 2,
      message,
    });
    const waiting = { ...world, instances: [...world.instances, pending] };
    expect(brief(waiting)).toEqual([]);
    expect(lookAgainAt(waiting)).toBe(60_000);

    const late = { ...waiting, now: 60_000 };
    const given = planned(late).find(({ kind }) => kind === 'give_up_rollout');
    expect(given).toMatchObject({
      message: expect.stringContaining(
        `was given up; revision 1 serves on. Its instance said: ${message}`,
      ),
    });
    expect(brief(late)).toEqual(['give_up_rollout', 'stop b', 'complete_rollout']);
  });

  test('but is where its successor fits in what it leaves', () => {
    const world = changed({ memory_bytes: 6 * mega }, { memory_bytes: 9 * mega }, one(), {
      host: plain,
    });
    expect(brief(world)).toEqual(['stop a']);
  });

  test('one after another, while a place is still missing for the one before', () => {
    const two = (launchSpec: LaunchSpec) => [
      instanceRecord({ id: 'a', launchSpec }),
      instanceRecord({ id: 'b', launchSpec: { ...launchSpec, port: 101 } }),
    ];
    const spec = (memory_bytes: number) => ({ memory_bytes, replicas: 2 });
    const world = changed(spec(4 * mega), spec(5 * mega), two, {
      host: { ...plain, memoryBytes: 9 * mega },
    });
    expect(brief(world)).toEqual(['stop b']);
    const pending = instanceRecord({
      id: 'c',
      state: 'pending',
      hostId: null,
      deploymentRevision: 2,
      message: '1 host: 1 has 95.3 of 476.9 MiB of memory free',
    });
    const [a, b] = world.instances;
    if (!a || !b) throw new Error('two were made');
    const stopping = { ...world, instances: [a, { ...b, state: 'stopping' as const }, pending] };
    expect(brief(stopping).filter((step) => step.startsWith('stop'))).toEqual([]);
  });

  test('whatever the change: no plan takes more of what serves than a quarter, or one', () => {
    fc.assert(
      fc.property(
        fc.record({
          states: fc.array(
            fc.constantFrom(
              'running',
              'starting',
              'restarting',
              'failed',
              'pending',
              'stopping',
              'unreachable',
            ),
            { minLength: 1, maxLength: 6 },
          ),
          revisions: fc.array(fc.constantFrom(1, 2), { minLength: 6, maxLength: 6 }),
          memory: fc.constantFrom(mega, 3 * mega, 8 * mega, 50 * mega),
          drains: fc.boolean(),
          failed: fc.boolean(),
          now: fc.constantFrom(1000, 60_000),
        }),
        ({ states, revisions, memory, drains, failed, now }) => {
          const replicas = 4;
          const spec = (memory_bytes: number) => ({ memory_bytes, replicas });
          const made = (launchSpec: LaunchSpec) =>
            states.map((state, at) => {
              const deploymentRevision = revisions[at] ?? 1;
              const isPlaced = state !== 'pending';
              return instanceRecord({
                id: `i${at}`,
                state,
                deploymentRevision,
                hostId: isPlaced ? 'host' : null,
                hostDraining: isPlaced && drains,
                readyAt: state === 'running' ? 1 : null,
                launchSpec: isPlaced
                  ? {
                      ...launchSpec,
                      port: 100 + at,
                      memory_bytes: deploymentRevision === 1 ? mega : memory,
                    }
                  : null,
              });
            });
          const world = changed(spec(mega), spec(memory), made, {
            host: plain,
            now,
            failure: failed ? 'words' : null,
          });
          const serving = world.instances.filter(isServing);
          const taken = planned(world).filter(
            (step) => step.kind === 'stop' && serving.some(({ id }) => id === step.instanceId),
          );
          const least = Math.min(serving.length, replicas - 1);
          expect(serving.length - taken.length).toBeGreaterThanOrEqual(least);
        },
      ),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('what a given-up revision left where the one before it finds no place', () => {
  const left = (change: Partial<InstanceRecord>) => {
    const newest = { deploymentRevision: 2, templateRevision: 2, readyAt: null, ...change };
    const ofTwoGpus = changed({ gpu: { count: 2 } }, good, one(newest), {
      host: twoGpus,
      failure: 'words',
    });
    const hosts = ofTwoGpus.hosts.map((host) => ({ ...host, gpus: [gpuOf(0)] }));
    const launchSpec = launched(input(good), oneGpu);
    const instances = ofTwoGpus.instances.map((instance) => ({ ...instance, launchSpec }));
    return { ...ofTwoGpus, hosts, instances };
  };

  test.each<[string, Partial<InstanceRecord>]>([
    ['an image that is nowhere', { state: 'failed', reason: 'image_not_found' }],
    ['an image for other hosts', { state: 'failed', reason: 'image_wrong_architecture' }],
    ['a crash loop', { state: 'restarting', reason: 'crash_loop' }],
  ])('holds no GPU any more: %s', (_, change) => {
    const world = left(change);
    expect(brief(world)).toContain('stop a');
    expect(planned(world)[0]).toMatchObject({
      message: expect.stringContaining('has no room while this one runs'),
    });
    const stopped = planned({ ...world, instances: [] });
    expect(stopped).toMatchObject([
      { kind: 'create', launch: null, message: expect.stringContaining('GPU') },
    ]);
  });

  test.each<[string, Partial<InstanceRecord>]>([
    ['comes up', { state: 'starting' }],
    ['ended once', { state: 'restarting', reason: 'exited' }],
    ['serves', { state: 'running', readyAt: 1 }],
  ])('and stays while it %s', (_, change) => {
    expect(brief(left(change))).not.toContain('stop a');
  });
});

describe('a port that something foreign holds', () => {
  const taken = { state: 'failed', reason: 'port_in_use', readyAt: null } as const;
  test.each<[string, Partial<HostView>, Record<string, unknown>]>([
    ['', {}, {}],
    ['on a cordoned host', { schedulable: false }, {}],
    ['on a host that the placement names no more', {}, { host_labels: { zone: 'a' } }],
    ['on a host with as many instances as one gets', { instances: 500 }, {}],
  ])('is left for another one %s', (_, host, placement) => {
    const current = one({ deploymentRevision: 2, templateRevision: 2, ...taken });
    const world = changed(good, { ...good, placement }, current, { host: oneGpu });
    const deployment = { ...world.deployment, rolling: false, goodRevision: 2 };
    const hosts = world.hosts.map((view) => ({ ...view, ...host }));
    const [step] = planned({ ...world, fallback: null, deployment, hosts });
    expect(step).toMatchObject({ kind: 'relaunch', barredPort: 100 });
  });
});

describe('in place, one after another', () => {
  const four = Array.from({ length: 4 }, (_, at) => gpuOf(at));
  const host = hostView('host', { gpus: four });
  /** Four replicas on four GPUs, and what of them is `unreachable` on another host. */
  const serving = (unreachable: number) => (launchSpec: LaunchSpec) =>
    four.map(({ uuid }, at) => {
      const gpu = { framework: 'cuda', uuids: [uuid], indexes: [at] };
      const own = { id: `i${at}`, readyAt: 1, launchSpec: { ...launchSpec, port: 100 + at, gpu } };
      const silent = { state: 'unreachable', hostId: 'other', hostSeenAt: 500 } as const;
      return instanceRecord(at < 4 - unreachable ? own : { ...own, ...silent });
    });
  const change = (unreachable: number) =>
    changed(
      { ...good, replicas: 4 },
      { ...good, replicas: 4, env: { A: '1' } },
      serving(unreachable),
      {
        host,
      },
    );

  test('a quarter of what serves is made anew', () => {
    expect(brief(change(0)).filter((step) => step.startsWith('relaunch'))).toHaveLength(1);
  });

  test('none while as many are out of sight already', () => {
    expect(brief(change(2)).filter((step) => step.startsWith('relaunch'))).toEqual([]);
  });
});

describe('a GPU that its host shows no more', () => {
  const dead = (host: HostView, state: InstanceRecord['state']) => {
    const made = changed(good, good, one({ state, reason: 'gpu_missing', deploymentRevision: 2 }), {
      host: twoGpus,
    });
    const hosts = made.hosts.map((one) => ({ ...one, gpus: host.gpus }));
    return { ...made, deployment: { ...made.deployment, rolling: false }, fallback: null, hosts };
  };

  test('what failed for it is placed on another GPU', () => {
    const world = dead({ ...twoGpus, gpus: [gpuOf(1)] }, 'failed');
    expect(brief(world)).toEqual(['begin_rollout', 'stop a', 'create new-1']);
    expect(planned(world)[2]).toMatchObject({ launch: { spec: { gpu: { uuids: ['cuda-1'] } } } });
    expect(planned(world)[1]).toMatchObject({
      message: expect.stringContaining('no longer shows the GPU cuda-0'),
    });
  });

  test('or waits with the reason where there is none', () => {
    const world = dead({ ...twoGpus, gpus: [] }, 'failed');
    expect(brief(world)).toEqual(['begin_rollout', 'stop a']);
    const stopped = { ...world, instances: [], deployment: { ...world.deployment, rolling: true } };
    expect(planned(stopped)).toMatchObject([
      { kind: 'create', launch: null, message: '1 host: 1 has no GPU' },
    ]);
  });

  test('what runs on it is left alone until it fails', () => {
    expect(brief(dead({ ...twoGpus, gpus: [] }, 'running'))).toEqual([]);
    expect(brief(dead({ ...twoGpus, gpus: [] }, 'unhealthy'))).toEqual([]);
  });

  test('a change never launches on it', () => {
    const made = changed(good, { ...good, env: { A: '1' } }, one(), { host: twoGpus });
    const world = { ...made, hosts: made.hosts.map((one) => ({ ...one, gpus: [] })) };
    expect(planned(world)).toMatchObject([{ kind: 'create', launch: null }]);
  });
});

describe('the end of a rollout', () => {
  test('a stop tells nothing and keeps what is used', () => {
    const deployment = { ...newDeployment('dep', 'org', input(), 0), revision: 2, stopped: true };
    const stopped = worldOf({ ...deployment, goodRevision: 1 }, [], [oneGpu]);
    expect(planned(stopped)).toEqual([
      { kind: 'complete_rollout', goodRevision: 1, versions: null, message: null },
    ]);
  });

  test.each([
    [1, 'Revision 2 is up.'],
    [2, null],
  ])('that began with the good revision %s says %s', (goodRevision, message) => {
    const deployment = { ...newDeployment('dep', 'org', input(), 0), revision: 2, goodRevision };
    const moved = worldOf(deployment, [instanceRecord()], [oneGpu]);
    expect(planned(moved)).toMatchObject([{ kind: 'complete_rollout', goodRevision: 2, message }]);
  });
});

test('one made anew in place counts as serving while its old container does, and is not the first to go', () => {
  const world = changed(good, { ...good, env: { A: '1' } }, one(), { host: oneGpu });
  expect(planned(world)).toMatchObject([{ kind: 'relaunch', instanceId: 'a', serves: true }]);
  const queued = changed(
    good,
    { ...good, env: { A: '1' } },
    one({ state: 'queued', serves: true, deploymentRevision: 2, generation: 2 }),
    { host: oneGpu },
  );
  expect(brief(queued)).toEqual([]);
});

test('replicas that are lost while the backend cannot be rendered wait and say why', () => {
  const deployment = {
    ...newDeployment(
      'dep',
      'org',
      DeploymentInput.parse({ name: 'model', backend_name: 'gone' }),
      0,
    ),
    version: 2,
  };
  expect(planned(worldOf(deployment, [], [oneGpu]))).toMatchObject([
    { kind: 'create', launch: null, message: 'There is no backend "gone".' },
  ]);
  expect(() => planned(worldOf({ ...deployment, version: 1 }, [], [oneGpu]))).toThrow('no backend');
});

test('what was given up is placed where the newest revision says', () => {
  const placement = { host_labels: { room: 'b' } };
  const lost = one({ state: 'pending', hostId: null, deploymentRevision: 2, launchSpec: null });
  const world = changed(good, { ...good, env: { A: '1' }, placement }, lost, {
    host: oneGpu,
    failure: 'words',
  });
  expect(planned(world)).toMatchObject([
    { kind: 'explain', message: '1 host: 1 lacks the label room=b' },
  ]);
});
