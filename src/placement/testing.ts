import type { Gpu } from '../../contract/host.ts';
import type { HostView, PlacementRequest } from './model.ts';

/** A host for tests of what is pure: empty, and of four ports. */
export function hostView(id: string, change: Partial<HostView> = {}): HostView {
  return {
    id,
    name: id,
    labels: {},
    architecture: 'amd64',
    online: true,
    revoked: false,
    suspect: false,
    schedulable: true,
    containers: true,
    modelSources: ['none'],
    images: [],
    models: [],
    address: '10.0.0.1',
    ports: { first: 100, last: 103 },
    takenPorts: new Set(),
    gpus: [],
    takenGpus: new Map(),
    shares: new Map(),
    memoryBytes: 1000,
    takenMemoryBytes: 0,
    instances: 0,
    reservation: null,
    ...change,
  };
}

export function gpuOf(index: number, framework = 'cuda'): Gpu {
  return { framework, index, uuid: `${framework}-${index}`, name: 'GPU', memory_bytes: 80 };
}

/** Something that any host can run. */
export const cpuCandidate = { version: 'v', framework: 'cpu', image: 'i', architectures: null };
export const cudaCandidate = { version: 'c', framework: 'cuda', image: 'c', architectures: null };

export function requestOf(change: Partial<PlacementRequest> = {}): PlacementRequest {
  return {
    candidates: [cpuCandidate],
    gpuCount: 0,
    gpuMemoryBytes: null,
    memoryBytes: null,
    modelSource: 'none',
    model: null,
    siblings: new Map(),
    instanceId: null,
    placement: { strategy: 'spread' },
    ...change,
  };
}
