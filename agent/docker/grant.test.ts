import { describe, expect, test } from 'vitest';
import type { FoundGpu } from '../inventory/found-gpu.ts';
import { grantGpus, hasNvidiaToolkit, nothingGranted } from './grant.ts';

const engine = {
  runtimes: ['runc', 'io.containerd.runc.v2'],
  default_runtime: 'runc',
  cdi_devices: [],
  nvidia_hook: false,
};

function found(framework: string, index: number, own: string, mounts: string[] = []): FoundGpu {
  return {
    gpu: { framework, index, uuid: `GPU-${index}`, name: 'x', memory_bytes: 0 },
    nodes: [
      { path: '/dev/kfd', group: 993 },
      { path: own, group: 44 },
    ],
    mounts,
  };
}

const four = [0, 1, 2, 3].map((at) => found('rocm', at, `/dev/dri/renderD${128 + at}`, ['/opt/x']));
const wanted = (framework: string, indexes: number[]) => ({
  framework,
  indexes,
  uuids: indexes.map((index) => `GPU-${index}`),
});

describe('GPUs that are device nodes', () => {
  test('are granted with the nodes and groups of those alone, each once', () => {
    expect(grantGpus(wanted('rocm', [1, 3]), four, engine)).toEqual({
      ok: true,
      grant: {
        ...nothingGranted,
        devices: ['/dev/kfd', '/dev/dri/renderD129', '/dev/dri/renderD131'],
        groups: ['993', '44'],
        mounts: ['/opt/x'],
      },
    });
  });

  test('one that is not there now is refused, with its name', () => {
    expect(grantGpus(wanted('rocm', [1, 9]), four, engine)).toMatchObject({
      ok: false,
      reason: 'gpu_missing',
      message: expect.stringContaining('GPU-9 (rocm)'),
    });
  });

  test('one of another framework by the same name is not the one', () => {
    expect(grantGpus(wanted('cann', [1]), four, engine)).toMatchObject({ reason: 'gpu_missing' });
  });

  test('one without a node is refused, not left out', () => {
    const bare = [{ ...found('maca', 0, ''), nodes: [] }];
    expect(grantGpus(wanted('maca', [0]), bare, engine)).toMatchObject({
      ok: false,
      reason: 'gpu_grant_unsupported',
    });
  });

  test("Moore Threads' runtime gives its GPUs where the engine has it", () => {
    const gpus = [found('musa', 2, '/dev/mtgpu.2')];
    const runtimes = ['runc', 'mthreads'];
    expect(grantGpus(wanted('musa', [2]), gpus, { ...engine, runtimes })).toEqual({
      ok: true,
      grant: { ...nothingGranted, runtime: 'mthreads', env: { MTHREADS_VISIBLE_DEVICES: '2' } },
    });
  });
});

describe('NVIDIA', () => {
  const request = { Driver: 'nvidia', DeviceIDs: ['GPU-0', 'GPU-2'], Capabilities: [['gpu']] };

  test.each([
    ['the hook is there', { nvidia_hook: true }],
    ['the runtime is there', { runtimes: ['runc', 'nvidia'] }],
    ['nothing is there, for the engine to say so', {}],
    ['CDI lacks one of them', { cdi_devices: ['nvidia.com/gpu=GPU-0'] }],
  ])('by UUID when %s', (_, changes) => {
    const made = grantGpus(wanted('cuda', [0, 2]), [], { ...engine, ...changes });
    expect(made).toMatchObject({ ok: true, grant: { device_requests: [request], devices: [] } });
    expect(made).toHaveProperty('grant.env', { NVIDIA_VISIBLE_DEVICES: 'GPU-0,GPU-2' });
  });

  test('by CDI when that is all there is', () => {
    const cdi_devices = ['nvidia.com/gpu=0', 'nvidia.com/gpu=GPU-0', 'nvidia.com/gpu=all'];
    expect(grantGpus(wanted('cuda', [0]), [], { ...engine, cdi_devices })).toMatchObject({
      grant: { device_requests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=GPU-0'] }], env: {} },
    });
  });

  test('the toolkit is there in any of its forms', () => {
    expect(hasNvidiaToolkit(engine)).toBe(false);
    expect(hasNvidiaToolkit({ ...engine, nvidia_hook: true })).toBe(true);
    expect(hasNvidiaToolkit({ ...engine, runtimes: ['nvidia'] })).toBe(true);
    expect(hasNvidiaToolkit({ ...engine, cdi_devices: ['nvidia.com/gpu=0'] })).toBe(true);
    expect(hasNvidiaToolkit({ ...engine, cdi_devices: ['amd.com/gpu=0'] })).toBe(false);
  });
});

describe('no GPU', () => {
  test('nothing is granted', () => {
    expect(grantGpus(null, four, engine)).toEqual({ ok: true, grant: nothingGranted });
  });

  test('a default runtime that gives GPUs to whoever asks is not used', () => {
    const gives = { ...engine, runtimes: ['runc', 'nvidia'], default_runtime: 'nvidia' };
    expect(grantGpus(null, four, gives)).toMatchObject({ grant: { runtime: 'runc' } });
    expect(grantGpus(wanted('rocm', [0]), four, gives)).toMatchObject({
      grant: { runtime: 'runc' },
    });
  });

  test('one with a name that says nothing is told to give none: it may be a GPU runtime', () => {
    const named = { ...engine, runtimes: ['runc', 'gpu'], default_runtime: 'gpu' };
    expect(grantGpus(null, four, named)).toMatchObject({
      grant: { runtime: null, env: { NVIDIA_VISIBLE_DEVICES: 'void' } },
    });
    expect(grantGpus(null, four, engine)).toMatchObject({ grant: { runtime: null, env: {} } });
  });

  test('nothing is granted before the engine has said what it does', () => {
    expect(grantGpus(null, four, null)).toMatchObject({ ok: false, reason: 'docker_unavailable' });
  });

  test("another default is its owner's choice", () => {
    const sandbox = { ...engine, runtimes: ['runc', 'runsc'], default_runtime: 'runsc' };
    expect(grantGpus(null, four, sandbox)).toMatchObject({ grant: { runtime: null } });
  });
});
