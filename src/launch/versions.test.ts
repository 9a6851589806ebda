import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BackendDefinition } from '../../contract/backend.ts';
import { DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { compareVersions, planVersions } from './versions.ts';

describe('the order of versions', () => {
  test.each([
    ['0.5.8', '0.5.8.post1', '0.5.9', '0.5.10'],
    ['1.3.0rc20', '1.3.0'],
    ['1.3.0rc2', '1.3.0rc20'],
    ['1.0.dev1', '1.0a1', '1.0a2', '1.0b1', '1.0rc1', '1.0', '1.0.post1', '1.1'],
    ['1.0-dev', '1.0-alpha.1', '1.0-alpha.2', '1.0-beta', '1.0-rc.1', '1.0', '1.0.1-x', '1.0-x'],
    ['v0.9.1', '0.10.0', 'v0.11.0', 'v0.11.1'],
    ['1.0', '1.0.0', 'v1.0', 'v1.0.0'],
    ['1.0.0rc1', '1.0', '1.0.1'],
    ['1.0RC1', '1.0'],
    ['2024.9', '2024.10', '20240101'],
    ['9', '10', '99999999999999999999', '100000000000000000000'],
    ['1.07', '1.7'],
    ['1_0', '1_1', '1_2'],
    ['1.0', '1.0+cu118', '1.0+cu121'],
    ['26.0.0', '26.0.0-310p', '26.0.0-a2', '26.0.0-a3'],
    ['3.0.4-a2', '3.0.5'],
    ['1.0a1', '1.0', '1.0-a', '1.0-b'],
    ['CUDA-Ada-sm89-1.9', 'CUDA-Ampere-sm80-1.9', 'CUDA-Hopper-1.9', 'CUDA-Turing-1.9'],
    ['0.1.3-sm90', '0.1.3-sm100'],
    ['1', 'latest'],
    ['cpu', 'cuda', 'rocm', 'vulkan'],
    ['latest', 'latest-gpu'],
    ['Zeta', 'alpine', 'zeta'],
    ['\uffee', '\u{1f600}'],
  ])('%j', (...versions) => {
    for (const [index, a] of versions.entries()) {
      for (const [otherIndex, b] of versions.entries()) {
        expect(Math.sign(compareVersions(a, b)), `${a} to ${b}`).toBe(
          Math.sign(index - otherIndex),
        );
      }
    }
  });

  test('it is total: any two versions have one order, and orders chain', () => {
    const version = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0019vab.-_+xr'), maxLength: 6 }),
      fc
        .array(fc.constantFrom('1', '0', '00', '.', '-', 'rc', 'a', 'b', 'dev', 'v', 'post', 'RC'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        expect(compareVersions(a, b) === 0).toBe(a === b);
        const [first = '', second = '', third = ''] = [a, b, c].sort(compareVersions);
        expect(compareVersions(first, second)).toBeLessThanOrEqual(0);
        expect(compareVersions(second, third)).toBeLessThanOrEqual(0);
        expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
      }),
      { seed: 20_260_131, numRuns: 1000 },
    );
  });
});

/** `{ '1.0': 'cuda', '1.1': 'cuda deprecated' }` */
function backend(versions: Record<string, string>, defaultVersion?: string) {
  return BackendDefinition.parse({
    backend_name: 'engine',
    version_configs: Object.fromEntries(
      Object.entries(versions).map(([name, words]) => {
        const [framework, deprecated] = words.split(' ');
        return [
          name,
          {
            image_name: `engine:${name}`,
            custom_framework: framework,
            ...(deprecated && { deprecated: true }),
          },
        ];
      }),
    ),
    ...(defaultVersion && { default_version: defaultVersion }),
  });
}

function plan(
  definition: BackendDefinition | null,
  deployment: Record<string, unknown> = {},
  available: string[] = ['cuda'],
) {
  const name = definition === null ? {} : { backend_name: definition.backend_name };
  return planVersions({
    spec: DeploymentInput.parse({ name: 'd', ...name, ...deployment }),
    definition,
    acceleratorFrameworks: new Set(available),
  });
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const llama = backend(
  { cuda: 'cuda', cpu: 'cpu', vulkan: 'rocm', musa: 'musa', rocm: 'rocm' },
  'cpu',
);

describe('how many GPUs, and which versions', () => {
  const both = { '1.0': 'cuda', '1.1': 'cuda', '1.1-cpu': 'cpu', '1.0-cpu': 'cpu' };

  test.each<[string, Record<string, string>, Record<string, unknown>, string[], number, string[]]>([
    ['auto: one GPU where a host has one', both, {}, ['cuda'], 1, ['1.1', '1.0']],
    [
      'auto: none where no host has one and a cpu version is there',
      both,
      {},
      ['rocm'],
      0,
      ['1.1-cpu', '1.0-cpu'],
    ],
    ['auto: none where no host has a GPU', both, {}, [], 0, ['1.1-cpu', '1.0-cpu']],
    [
      'auto: one that is waited for, without a cpu version',
      { '1.0': 'rocm', '2.0': 'cuda' },
      {},
      [],
      1,
      ['2.0', '1.0'],
    ],
    ['auto: a host without GPUs is no accelerator', both, {}, ['cpu'], 0, ['1.1-cpu', '1.0-cpu']],
    [
      'auto: a deprecated version makes nobody wait',
      { '1.0': 'cuda deprecated', '1.0-cpu': 'cpu' },
      {},
      ['cuda'],
      0,
      ['1.0-cpu'],
    ],
    ['auto: null is the same as left out', both, { gpu: undefined }, ['cuda'], 1, ['1.1', '1.0']],
    ['a count: GPU versions only', both, { gpu: { count: 4 } }, [], 4, ['1.1', '1.0']],
    ['none: cpu versions only', both, { gpu: { count: 0 } }, ['cuda'], 0, ['1.1-cpu', '1.0-cpu']],
    ['named, cpu: none', both, { backend_version: '1.0-cpu' }, ['cuda'], 0, ['1.0-cpu']],
    ['named, cuda: one', both, { backend_version: '1.0' }, [], 1, ['1.0']],
    ['named, cuda, a count', both, { backend_version: '1.0', gpu: { count: 2 } }, [], 2, ['1.0']],
    [
      'named, cpu, none',
      both,
      { backend_version: '1.0-cpu', gpu: { count: 0 } },
      [],
      0,
      ['1.0-cpu'],
    ],
    [
      'deprecated ones are left out',
      { '1.0': 'cuda', '2.0': 'cuda deprecated' },
      {},
      ['cuda'],
      1,
      ['1.0'],
    ],
    [
      'a deprecated one may be named',
      { '1.0': 'cuda', '2.0': 'cuda deprecated' },
      { backend_version: '2.0' },
      ['cuda'],
      1,
      ['2.0'],
    ],
  ])('%s', (_title, versions, deployment, available, gpuCount, names) => {
    const result = plan(backend(versions), deployment, available);
    expect(result.gpuCount).toBe(gpuCount);
    expect(result.candidates.map(({ version }) => version)).toEqual(names);
    for (const { version, framework, image } of result.candidates) {
      expect(framework).toBe(versions[version ?? '']?.split(' ')[0]);
      expect(image).toBe(`engine:${version}`);
    }
  });

  test('auto on an NVIDIA host never gets a cpu version, whatever default_version says', () => {
    const { candidates, gpuCount } = plan(llama, {}, ['cuda']);
    expect(gpuCount).toBe(1);
    expect(candidates.find(({ framework }) => framework === 'cuda')?.version).toBe('cuda');
    expect(candidates.some(({ framework }) => framework === 'cpu')).toBe(false);
  });

  test('default_version comes first, if it is a candidate', () => {
    const versions = { '1.0': 'cuda', '2.0': 'cuda', '3.0': 'rocm', '1.0-cpu': 'cpu' };
    const order = (defaultVersion: string, deployment = {}) =>
      plan(backend(versions, defaultVersion), deployment).candidates.map(({ version }) => version);
    expect(order('1.0')).toEqual(['1.0', '3.0', '2.0']);
    expect(order('1.0-cpu')).toEqual(['3.0', '2.0', '1.0']);
    expect(order('1.0', { gpu: { count: 0 } })).toEqual(['1.0-cpu']);
    expect(
      plan(backend({ '1.0': 'cuda deprecated', '0.9': 'cuda' }, '1.0')).candidates,
    ).toMatchObject([{ version: '0.9' }]);
  });

  test('what a version is built for says nothing of an image that the deployment brings', () => {
    const definition = backend({ '1.0': 'cuda' });
    const arm = { image_name: 'arm', custom_framework: 'cuda', architectures: ['arm64' as const] };
    const built = { ...definition, version_configs: { '1.0': arm } };
    expect(plan(built).candidates).toMatchObject([{ architectures: ['arm64'] }]);
    expect(plan(built, { image_name: 'mine' }).candidates).toMatchObject([{ architectures: null }]);
  });

  test("the deployment's image replaces the version's", () => {
    const { candidates } = plan(backend({ '1.0': 'cuda' }), { image_name: 'mine:1' });
    expect(candidates).toMatchObject([{ version: '1.0', framework: 'cuda', image: 'mine:1' }]);
  });
});

describe('what is refused', () => {
  test('an unknown version, with the list of versions', () => {
    const failure = failureOf(() =>
      plan(backend({ '1.0': 'cuda', '1.10': 'cpu' }), { backend_version: '1.1' }),
    );
    expect(failure.code).toBe('unknown_version');
    expect(failure.errors).toEqual([
      {
        pointer: '/backend_version',
        code: 'unknown_version',
        detail: 'Name one of `1.10`, `1.0`, or leave it out.',
      },
    ]);
  });

  test('a version with a name of the language', () => {
    const failure = failureOf(() =>
      plan(backend({ '1.0': 'cuda' }), { backend_version: 'constructor' }),
    );
    expect(failure.code).toBe('unknown_version');
  });

  test.each<[string, Record<string, string>, Record<string, unknown>, string, string]>([
    [
      'GPUs of a backend for cpu',
      { '1.0': 'cpu' },
      { gpu: { count: 1 } },
      '/gpu/count',
      'versions are for cpu',
    ],
    [
      'no GPU of a backend for GPUs',
      { '1.0': 'cuda', a: 'cann' },
      { gpu: { count: 0 } },
      '/gpu/count',
      'versions are for cann, cuda',
    ],
    [
      'GPUs of a named cpu version',
      { '1.0': 'cpu', '2.0': 'cuda' },
      { backend_version: '1.0', gpu: { count: 1 } },
      '/gpu/count',
      'is for cpu',
    ],
    [
      'no GPU of a named cuda version',
      { '1.0': 'cpu', '2.0': 'cuda' },
      { backend_version: '2.0', gpu: { count: 0 } },
      '/gpu/count',
      'is for cuda',
    ],
    [
      'deprecated versions that nobody named',
      { '1.0': 'cuda deprecated', '0.9': 'cpu deprecated' },
      {},
      '/backend_version',
      'Name one in `backend_version` to use it all the same: `1.0`, `0.9`',
    ],
    [
      'GPUs where all GPU versions are deprecated',
      { '1.0': 'cuda deprecated', '0.9': 'cpu' },
      { gpu: { count: 1 } },
      '/backend_version',
      'all the same: `1.0`',
    ],
  ])('%s', (_title, versions, deployment, pointer, detail) => {
    const failure = failureOf(() => plan(backend(versions), deployment));
    expect(failure.code).toBe('no_candidate_version');
    expect(failure.errors).toMatchObject([
      { pointer, code: 'no_candidate_version', detail: expect.stringContaining(detail) },
    ]);
  });

  test('a backend that is not there', () => {
    const failure = failureOf(() => plan(null, { backend_name: 'nope' }));
    expect(failure.code).toBe('unknown_backend');
  });
});

describe('Custom mode', () => {
  test.each([{}, { backend_name: 'Custom' }, { backend_name: 'cUSTOM' }])('%j', (names) => {
    const custom = { ...names, image_name: 'mine:1' };
    const candidates = [{ version: null, framework: null, image: 'mine:1', architectures: null }];
    expect(plan(null, custom)).toEqual({ candidates, gpuCount: 0, warnings: [] });
    expect(plan(null, { ...custom, gpu: { count: 2 } })).toEqual({
      candidates,
      gpuCount: 2,
      warnings: [],
    });
  });

  test('it needs an image', () => {
    const failure = failureOf(() => plan(null, { run_command: 'serve' }));
    expect(failure).toMatchObject({
      code: 'no_candidate_version',
      errors: [{ pointer: '/image_name', code: 'required' }],
    });
  });

  test('a version without a backend is ignored with a warning', () => {
    expect(plan(null, { image_name: 'mine:1', backend_version: '1.0' }).warnings).toMatchObject([
      { pointer: '/backend_version', code: 'version_ignored' },
    ]);
  });
});

describe('warnings', () => {
  const embeddings = {
    'CPU-1.9': 'cpu',
    'CUDA-Turing-1.9': 'cuda',
    'CUDA-Ampere-sm80-1.9': 'cuda',
    'CUDA-Hopper-1.9': 'cuda',
  };

  test('versions that differ by words for hardware are listed', () => {
    expect(plan(backend(embeddings, 'CPU-1.9')).warnings).toEqual([
      {
        pointer: '/backend_version',
        code: 'ambiguous_version',
        detail:
          'Several versions for cuda differ by words that may mean different hardware: `CUDA-Turing-1.9`, `CUDA-Hopper-1.9`, `CUDA-Ampere-sm80-1.9`. Their order takes `CUDA-Turing-1.9`; name the right one in `backend_version`.',
      },
    ]);
  });

  test.each<
    [string, Record<string, string>, string | undefined, Record<string, unknown>, string[], number]
  >([
    [
      'no choice is left to the order: one is named',
      embeddings,
      undefined,
      { backend_version: 'CUDA-Hopper-1.9' },
      ['cuda'],
      0,
    ],
    [
      'no choice is left to the order: the default is one of them',
      embeddings,
      'CUDA-Hopper-1.9',
      {},
      ['cuda'],
      0,
    ],
    [
      'compute capabilities',
      { '0.1.3-sm90': 'cuda', '0.1.3-sm100': 'cuda' },
      undefined,
      {},
      ['cuda'],
      1,
    ],
    [
      'Ascend generations',
      { '1.0-a2': 'cann', '1.0-a3': 'cann', '1.0-310p': 'cann' },
      undefined,
      {},
      [],
      1,
    ],
    [
      'with and without a word',
      { latest: 'cuda', 'latest-sm120': 'cuda' },
      undefined,
      {},
      ['cuda'],
      1,
    ],
    ['drivers', { vulkan: 'rocm', rocm: 'rocm', cuda: 'cuda' }, undefined, {}, ['rocm'], 1],
    [
      'frameworks that no host has, beside one that has',
      { vulkan: 'rocm', rocm: 'rocm', cuda: 'cuda' },
      undefined,
      {},
      ['cuda'],
      0,
    ],
    [
      'frameworks that no host has, beside the default of one that has',
      { '1.0': 'cuda', '1.0-a2': 'cann', '1.0-a3': 'cann' },
      '1.0',
      {},
      ['cuda'],
      0,
    ],
    [
      'frameworks that a host has, beside the default of another',
      { '1.0': 'cuda', '1.0-a2': 'cann', '1.0-a3': 'cann' },
      '1.0',
      {},
      ['cuda', 'cann'],
      1,
    ],
    [
      'releases are no hardware',
      {
        '1.0': 'cuda',
        '1.0rc1': 'cuda',
        'v1.1.post1': 'cuda',
        '1.2-beta.1': 'cuda',
        '1.0a1': 'cuda',
        latest: 'cuda',
        '1.3.dev0+gabc1234': 'cuda',
      },
      undefined,
      {},
      ['cuda'],
      0,
    ],
    ['the same words', { '1.0-hopper': 'cuda', '1.1-hopper': 'cuda' }, undefined, {}, ['cuda'], 0],
    [
      'other frameworks do not matter',
      { '1.0-cuda': 'cuda', '1.0-rocm': 'rocm', '1.0-cpu': 'cpu' },
      undefined,
      {},
      ['cuda', 'rocm'],
      0,
    ],
    [
      'deprecated ones do not matter',
      { '1.0-hopper': 'cuda', '1.0-ada': 'cuda deprecated' },
      undefined,
      {},
      ['cuda'],
      0,
    ],
    ['on the CPU too', { '1.0-avx2': 'cpu', '1.0-amx': 'cpu' }, undefined, {}, [], 1],
  ])('%s', (_title, versions, defaultVersion, deployment, available, count) => {
    const { warnings } = plan(backend(versions, defaultVersion), deployment, available);
    expect(warnings.map(({ code }) => code)).toEqual(Array(count).fill('ambiguous_version'));
  });

  test('a deprecated version that is named', () => {
    const definition = backend({ '1.0': 'cuda deprecated' });
    expect(plan(definition, { backend_version: '1.0' }).warnings).toMatchObject([
      { pointer: '/backend_version', code: 'deprecated_version' },
    ]);
  });
});
