import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import type { HostView, Placement, PlacementRequest } from './model.ts';
import { place } from './place.ts';
import { cpuCandidate, cudaCandidate, gpuOf, hostView, requestOf } from './testing.ts';

const gpu = gpuOf;
const host = hostView;
const request = requestOf;
const cuda = cudaCandidate;
const gibibyte = 1024 ** 3;
const rocm = { version: 'r', framework: 'rocm', image: 'r', architectures: null };

function placed(result: ReturnType<typeof place>): Placement {
  if (!result.placement) throw new Error(JSON.stringify(result.reasons));
  return result.placement;
}

describe('a host that does not fit says why', () => {
  test.each<[string, Partial<PlacementRequest>, Partial<HostView>, string]>([
    ['offline', {}, { online: false }, 'is offline'],
    ['revoked', {}, { online: false, revoked: true }, 'is revoked'],
    ['suspect', {}, { suspect: true }, 'lost its link a moment ago'],
    ['cordoned', {}, { schedulable: false }, 'is cordoned'],
    ['no engine', {}, { containers: false }, 'has no Docker engine that answers'],
    [
      'another host is named',
      { placement: { strategy: 'spread', hosts: ['b'] } },
      {},
      'is not one of the named hosts',
    ],
    [
      'a label is missing',
      { placement: { strategy: 'spread', host_labels: { zone: 'a' } } },
      { labels: { zone: 'b' } },
      'lacks the label zone=a',
    ],
    ['no GPU', { candidates: [cuda], gpuCount: 1 }, { gpus: [gpu(0, 'rocm')] }, 'has no cuda GPU'],
    [
      'GPUs are taken',
      { candidates: [cuda], gpuCount: 2 },
      { gpus: [gpu(0), gpu(1)], takenGpus: new Map([['cuda-0', 'whole']]) },
      'has 1 of 2 GPUs free',
    ],
    [
      'GPUs are taken, and there is none of another vendor',
      { candidates: [rocm, cuda, rocm], gpuCount: 1 },
      { gpus: [gpu(0)], takenGpus: new Map([['cuda-0', 'whole']]) },
      'has 0 of 1 GPUs free',
    ],
    [
      'a shared GPU is not whole',
      { candidates: [cuda], gpuCount: 1 },
      { gpus: [gpu(0)], takenGpus: new Map([['cuda-0', 1]]) },
      'has 0 of 1 GPUs free',
    ],
    [
      'memory',
      { memoryBytes: 64 * gibibyte },
      { memoryBytes: 128 * gibibyte, takenMemoryBytes: 64 * gibibyte + 1 },
      'has 63.9 of 64 GiB of memory free',
    ],
    [
      'a little memory',
      { memoryBytes: 600_000 },
      { memoryBytes: 1_000_000, takenMemoryBytes: 500_000 },
      'has 0.4 of 0.6 MiB of memory free',
    ],
    [
      'ports',
      {},
      { takenPorts: new Set([100, 101, 102, 103]) },
      'has no free port between 100 and 103',
    ],
    [
      'the architecture',
      { candidates: [{ ...cpuCandidate, architectures: ['amd64', 's390x'] }] },
      { architecture: 'arm64' },
      'is arm64, but version v needs amd64 or s390x',
    ],
    [
      'it is kept for another',
      { candidates: [cuda], gpuCount: 1, instanceId: 'ins_2' },
      { gpus: [gpu(0)], reservation: { instanceId: 'ins_1', deployment: 'large', since: 0 } },
      'is reserved for an instance of large that has waited since 1970-01-01T00:00:00.000Z',
    ],
    [
      'the model source',
      { modelSource: 'huggingface' },
      {},
      'cannot take models from huggingface right now',
    ],
  ])('%s', (_name, wanted, has, detail) => {
    expect(place(request(wanted), [host('a', has)])).toMatchObject({
      placement: null,
      reasons: [{ host_id: 'a', detail }],
    });
  });

  test('all of them in one sentence', () => {
    const hosts = [host('a'), host('b'), host('c', { gpus: [gpu(0)] })];
    const result = place(request({ candidates: [cuda], gpuCount: 2 }), hosts);
    if (result.placement) throw new Error('placed');
    expect(explain(result.reasons)).toBe('3 hosts: 2 have no cuda GPU, 1 has 1 of 2 GPUs free');
  });

  test('in a sentence that does not grow with the hosts', () => {
    const hosts = Array.from({ length: 1000 }, (_, index) =>
      host(`host-${index}`, { memoryBytes: gibibyte * (index < 900 ? 500 : index) }),
    );
    const result = place(request({ memoryBytes: 2000 * gibibyte }), hosts);
    if (result.placement) throw new Error('placed');
    const sentence = explain(result.reasons);
    expect(sentence).toMatch(/^1000 hosts: 900 have 500 of 2000 GiB .*, 96 for other reasons$/);
    expect(sentence.length).toBeLessThan(400);
  });

  test('full, with as many instances as a host gets', () => {
    const result = place(request(), [host('a', { instances: 500 })]);
    expect(result).toMatchObject({ placement: null, reasons: [{ code: 'full' }] });
    expect(placed(place(request(), [host('a', { instances: 499 })])).hostId).toBe('a');
  });
});

describe('what is chosen', () => {
  test('the first version that the host can run, with its GPUs by UUID and index, and a free port', () => {
    const hosts = [
      host('a', { gpus: [gpu(0, 'rocm'), gpu(1, 'rocm')], takenPorts: new Set([100]) }),
    ];
    expect(placed(place(request({ candidates: [cuda, rocm], gpuCount: 1 }), hosts))).toEqual({
      hostId: 'a',
      why: 'the only host',
      address: '10.0.0.1',
      version: 'r',
      image: 'r',
      gpu: { framework: 'rocm', uuids: ['rocm-0'], indexes: [0] },
      port: 101,
    });
  });

  test('spread takes the emptiest host, binpack the fullest that still fits', () => {
    const hosts = [
      host('a', { instances: 2 }),
      host('b', { instances: 1 }),
      host('c', { instances: 3 }),
    ];
    const on = (strategy: 'spread' | 'binpack') =>
      placed(place(request({ placement: { strategy } }), hosts)).hostId;
    expect(on('spread')).toBe('b');
    expect(on('binpack')).toBe('c');
  });

  test('the version that is built for the host, though a better one is built for others', () => {
    const candidates = [
      { ...cuda, architectures: ['amd64'] },
      { ...cuda, version: 'arm', architectures: ['arm64'] },
    ];
    const hosts = [host('a', { architecture: 'arm64', gpus: [gpu(0)] })];
    expect(placed(place(request({ candidates, gpuCount: 1 }), hosts)).version).toBe('arm');
  });

  test('who holds the model, then who holds the image, whatever the strategy and the spelling', () => {
    const hosts = [
      host('a', { instances: 0 }),
      host('b', { instances: 2, images: ['docker.io/library/i:latest'] }),
      host('c', { instances: 1, images: ['docker.io/library/i:latest'] }),
      host('d', { instances: 1, models: ['a/b@main'] }),
    ];
    const on = (strategy: 'spread' | 'binpack', model: string | null, image = 'i') =>
      placed(
        place(
          request({
            placement: { strategy },
            model,
            candidates: [{ ...cpuCandidate, image }],
          }),
          hosts,
        ),
      ).hostId;
    expect(on('spread', 'a/b@main')).toBe('d');
    expect(on('spread', null)).toBe('c');
    expect(on('binpack', null, 'docker.io/library/i')).toBe('b');
    expect(on('spread', 'other@main', 'i:2')).toBe('a');
  });

  test('spread does not put all replicas where the image is; binpack does', () => {
    const hosts = [host('a', { images: ['docker.io/library/i:latest'] }), host('b')];
    const on = (strategy: 'spread' | 'binpack') =>
      placed(place(request({ placement: { strategy }, siblings: new Map([['a', 1]]) }), hosts))
        .hostId;
    expect(on('spread')).toBe('b');
    expect(on('binpack')).toBe('a');
  });

  test('a host that is kept for an instance gives GPUs to it alone, and the rest to all', () => {
    const reservation = { instanceId: 'ins_1', deployment: 'large', since: 0 };
    const hosts = [host('a', { gpus: [gpu(0)], reservation })];
    const on = (change: Partial<PlacementRequest>) => place(request(change), hosts).placement;
    expect(on({ candidates: [cuda], gpuCount: 1, instanceId: 'ins_1' })).not.toBeNull();
    expect(on({ candidates: [cuda], gpuCount: 1 })).toBeNull();
    expect(on({})).not.toBeNull();
  });

  test('GPUs of one framework only, where the deployment does not care which', () => {
    const any = { version: null, framework: null, image: 'i', architectures: null };
    const hosts = [host('a', { gpus: [gpu(0, 'rocm'), gpu(0), gpu(1)] })];
    expect(place(request({ candidates: [any], gpuCount: 2 }), hosts).placement).toBeNull();
  });
});

test('whatever is asked in whatever order, no host gives more than it has', () => {
  const asks = fc.array(
    fc.record({
      gpuCount: fc.integer({ min: 0, max: 3 }),
      gpuMemoryBytes: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
      memoryBytes: fc.option(fc.integer({ min: 1, max: 700 }), { nil: null }),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(asks, (list) => {
      const hosts = ['a', 'b'].map((id) => host(id, { gpus: [gpu(0), gpu(1)] }));
      for (const ask of list) {
        const candidates = ask.gpuCount > 0 ? [cuda] : [cpuCandidate];
        const { placement } = place(request({ ...ask, candidates }), hosts);
        if (!placement) continue;
        const index = hosts.findIndex(({ id }) => id === placement.hostId);
        const chosen = hosts[index];
        if (!chosen) throw new Error('it chose a host that is not there');
        expect(chosen.takenPorts.has(placement.port)).toBe(false);
        const takenGpus = new Map(chosen.takenGpus);
        for (const uuid of placement.gpu?.uuids ?? []) {
          const taken = takenGpus.get(uuid) ?? 0;
          expect(taken).not.toBe('whole');
          if (ask.gpuMemoryBytes === null) expect(taken).toBe(0);
          else expect(Number(taken) + ask.gpuMemoryBytes).toBeLessThanOrEqual(80);
          takenGpus.set(
            uuid,
            ask.gpuMemoryBytes === null ? 'whole' : Number(taken) + ask.gpuMemoryBytes,
          );
        }
        const takenMemoryBytes = chosen.takenMemoryBytes + (ask.memoryBytes ?? 0);
        expect(takenMemoryBytes).toBeLessThanOrEqual(chosen.memoryBytes);
        hosts[index] = {
          ...chosen,
          takenGpus,
          takenMemoryBytes,
          takenPorts: new Set([...chosen.takenPorts, placement.port]),
        };
      }
    }),
  );
});
