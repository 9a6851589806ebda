import { describe, expect, test } from 'vitest';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { createBody } from '../docker/create-body.ts';
import { type EngineForGpus, type Grant, grantGpus } from '../docker/grant.ts';
import type { FoundGpu } from '../inventory/found-gpu.ts';
import { testLaunch } from '../testing/launch-spec.ts';
import { parsePolicy } from './file.ts';
import { type Ask, judge } from './judge.ts';
import type { Policy } from './policy.ts';

const gibibyte = 2 ** 30;
const plainEngine: EngineForGpus = {
  runtimes: ['runc'],
  default_runtime: 'runc',
  cdi_devices: [],
  nvidia_hook: true,
};

function policy(yaml: string): Policy {
  const state = parsePolicy(yaml);
  if (state.kind !== 'policy') throw new Error(JSON.stringify(state));
  return state.policy;
}

function gpu(framework: string, index: number): FoundGpu {
  const identity = { framework, index, uuid: `GPU-${index}`, name: 'Card', memory_bytes: 1 };
  const nodes = framework === 'cuda' ? [] : [{ path: `/dev/gpu${index}`, group: null }];
  const mounts = framework === 'cann' ? ['/usr/local/driver'] : [];
  return { gpu: identity, nodes, mounts };
}

/** A launch as its body comes out; on a host that offers `offered`, of `here`. */
function ask(
  changes: Partial<LaunchSpec> = {},
  more: Partial<Ask> & {
    here?: FoundGpu[];
    engine?: EngineForGpus;
    model_folder_of?: string;
  } = {},
): Ask {
  const launch = testLaunch(changes);
  const { here = [], engine = plainEngine, ...rest } = more;
  const granted = grantGpus(launch.spec.gpu, here, engine);
  if (!granted.ok) throw new Error(granted.message);
  const grant: Grant = granted.grant;
  const made = createBody({
    launch,
    host_id: 'host_1',
    desired: { era: 'era', revision: 1 },
    secrets: new Map(),
    grant,
    model_folder: more.model_folder_of ?? null,
  });
  if (!made.ok) throw new Error(made.message);
  return {
    body: made.body,
    port: launch.spec.port,
    real_sources: made.body.HostConfig.Mounts.map(({ Source }) => Source),
    real_folders: ['/srv/models', '/var/lib/longshore/models'],
    model_folder: '/var/lib/longshore/models',
    offered: [],
    others: [],
    ...rest,
  };
}

const ruleOf = (yaml: string, asked: Ask) => judge(policy(yaml), asked)?.rule ?? null;

test('no rule refuses nothing', () => {
  expect(ruleOf('{}', ask({ image: 'any.example/x' }))).toBeNull();
});

test('an image has to be one that is allowed, from a registry that is allowed', () => {
  const yaml = 'images: [vllm/*, ghcr.io/acme/**]\nregistries: [docker.io]';
  expect(ruleOf(yaml, ask({ image: 'vllm/vllm-openai:v1' }))).toBeNull();
  expect(ruleOf(yaml, ask({ image: 'other/x' }))).toBe('images');
  expect(ruleOf(yaml, ask({ image: 'ghcr.io/acme/x' }))).toBe('registries');
  // It could be whatever image is on the host.
  expect(ruleOf('registries: [docker.io]', ask({ image: '210ff0291ef9' }))).toBe('registries');
});

describe('mounts', () => {
  const yaml = 'mounts: [/srv/models/]';
  const mounting = (source: string) => ({
    mounts: [{ source, target: '/m', read_only: true as const }],
  });

  test.each([
    ['/srv/models', null],
    ['/srv/models/a', null],
    ['/srv/models-of-others/a', 'mounts'],
    ['/srv/models/../../etc', 'mounts'],
    ['/etc', 'mounts'],
    ['/', 'mounts'],
    ['/var/lib/longshore', 'mounts'],
  ])('of %s: %s', (source, expected) => {
    expect(ruleOf(yaml, ask(mounting(source)))).toBe(expected);
  });

  test('a link in an allowed folder that leads out of it is refused', () => {
    const asked = ask(mounting('/srv/models/link'), { real_sources: ['/etc'] });
    expect(ruleOf(yaml, asked)).toBe('mounts');
  });

  test('the folder that the agent itself keeps models in is always allowed', () => {
    const model = { source: 'huggingface', repo_id: 'org/a', path: '/m' } as const;
    const asked = ask({ model }, { model_folder_of: '/var/lib/longshore/models/snapshots/a' });
    expect(asked.body.HostConfig.Mounts).toHaveLength(1);
    expect(ruleOf('mounts: []', asked)).toBeNull();
  });

  test('a driver comes with its GPU, and with no other', () => {
    const here = [gpu('cann', 0)];
    const wanted = { gpu: { framework: 'cann', uuids: ['GPU-0'], indexes: [0] } };
    expect(ruleOf('mounts: []', ask(wanted, { here, offered: here }))).toBeNull();
    expect(ruleOf('mounts: []', ask(wanted, { here, offered: [] }))).toBe('mounts');
  });
});

describe('GPUs that are not offered are refused, whoever asks', () => {
  const cdi = ['GPU-0', 'GPU-1'].map((uuid) => `nvidia.com/gpu=${uuid}`);
  test.each([
    ['cuda', {}],
    ['cuda', { nvidia_hook: false, cdi_devices: cdi }],
    ['rocm', {}],
    ['cann', {}],
    ['musa', {}],
    ['musa', { runtimes: ['runc', 'mthreads'] }],
  ])('%s, by an engine with %o', (framework, more) => {
    const engine = { ...plainEngine, ...more };
    const here = [gpu(framework, 0), gpu(framework, 1)];
    const offered = here.slice(0, 1);
    const wanted = (index: number) => ({
      gpu: { framework, uuids: [`GPU-${index}`], indexes: [index] },
    });
    expect(ruleOf('gpus: [0]', ask(wanted(0), { here, offered, engine }))).toBeNull();
    expect(ruleOf('gpus: [0]', ask(wanted(1), { here, offered, engine }))).toBe('gpus');
  });

  test('a name that stands for all of them', () => {
    const wanted = { gpu: { framework: 'cuda', uuids: ['all'], indexes: [0] } };
    expect(ruleOf('gpus: [0]', ask(wanted, { offered: [gpu('cuda', 0)] }))).toBe('gpus');
  });
});

test('the network of the host, and its ports', () => {
  expect(ruleOf('host_network: false', ask({ network: 'host' }))).toBe('host_network');
  expect(ruleOf('host_network: false', ask({ network: 'bridge' }))).toBeNull();
  expect(ruleOf('ports: 20000-20009', ask({ port: 20009 }))).toBeNull();
  expect(ruleOf('ports: 20000-20009', ask({ port: 20010 }))).toBe('ports');
  const published = ask({ network: 'bridge', port: 20010 }, { port: 20000 });
  expect(ruleOf('ports: 20000-20009', published)).toBe('ports');
});

describe('limits', () => {
  const others = [{ memory_bytes: 8 * gibibyte }];
  test.each([
    ['instances: 1', null, 'limits.instances'],
    ['instances: 2', null, null],
    ['memory_per_container: 8GiB', 8, null],
    ['memory_per_container: 8GB', 8, 'limits.memory_per_container'],
    // Without a limit it could take everything.
    ['memory_per_container: 8GiB', null, 'limits.memory_per_container'],
    ['memory_total: 16GiB', 8, null],
    ['memory_total: 16GiB', 9, 'limits.memory_total'],
    ['memory_total: 16GiB', null, 'limits.memory_total'],
  ])('%s, of %s GiB beside one of 8: %s', (limit, memory, expected) => {
    const memory_bytes = memory === null ? null : memory * gibibyte;
    expect(ruleOf(`limits: { ${limit} }`, ask({ memory_bytes }, { others }))).toBe(expected);
  });

  test('nothing is known of the total beside a container without a limit', () => {
    const asked = ask({ memory_bytes: gibibyte }, { others: [{ memory_bytes: null }] });
    expect(ruleOf('limits: { memory_total: 1TiB }', asked)).toBe('limits.memory_total');
  });
});
