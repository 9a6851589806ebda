import type { Host, HostDetail } from '../../../contract/host.ts';
import { countOf } from '../parts/count-of.ts';
import { grouped } from '../parts/grouped.ts';
import { sizeText } from '../parts/size-text.ts';

export interface GpuUse {
  granted: number;
  shared: number;
  free: number;
}

/** How many of a host's GPUs one instance has, several share, and nobody has. */
export function gpuUseOf({ inventory, claimed }: Host): GpuUse {
  const all = inventory?.gpus.length ?? 0;
  return {
    granted: claimed.gpus - claimed.shared_gpus,
    shared: claimed.shared_gpus,
    // One that is held may be gone from its host.
    free: Math.max(all - claimed.gpus, 0),
  };
}

export function gpuUseInWords({ granted, shared, free }: GpuUse): string {
  return `${granted} granted · ${shared} shared · ${free} free`;
}

/** Such as `8 × NVIDIA H100 80GB HBM3, 79.6 GiB each`, one for each kind. */
export function gpuKindsOf({ inventory }: Host): string[] {
  const counts = new Map<string, number>();
  for (const { name, memory_bytes } of inventory?.gpus ?? []) {
    const kind = `${name}, ${sizeText(memory_bytes)} each`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} × ${kind}`);
}

type Claim = HostDetail['claims'][number];

/** One GPU with all that is held of it. `gpu` is null where the host does not report it any more. */
export interface GpuClaims {
  uuid: string;
  gpu: NonNullable<Host['inventory']>['gpus'][number] | null;
  claims: Claim[];
  state: 'granted' | 'shared' | 'free';
  heldBytes: number;
}

/** Every GPU that the host has, or that is held of it. */
export function gpusOf({ inventory, claims }: HostDetail): GpuClaims[] {
  const gpus = inventory?.gpus ?? [];
  const held = grouped(
    claims.filter(({ resource }) => resource.startsWith('gpu:')),
    ({ resource }) => resource.slice('gpu:'.length),
  );
  const known = new Set(gpus.map(({ uuid }) => uuid));
  const gone = [...held.keys()].filter((uuid) => !known.has(uuid));
  return [
    ...gpus.map((gpu) => toGpuClaims(gpu.uuid, gpu, held.get(gpu.uuid) ?? [])),
    ...gone.map((uuid) => toGpuClaims(uuid, null, held.get(uuid) ?? [])),
  ];
}

function toGpuClaims(uuid: string, gpu: GpuClaims['gpu'], claims: Claim[]): GpuClaims {
  const isWhole = claims.some(({ amount_bytes }) => amount_bytes === null);
  const parts = claims.reduce((sum, { amount_bytes }) => sum + (amount_bytes ?? 0), 0);
  return {
    uuid,
    gpu,
    claims,
    state: claims.length === 0 ? 'free' : isWhole ? 'granted' : 'shared',
    heldBytes: isWhole ? (gpu?.memory_bytes ?? 0) : parts,
  };
}

/** What an instance holds besides GPUs: `port 40000, 8 GiB of memory`. */
export function holdsInWords(host: HostDetail, claims: readonly Claim[]): string {
  const indexes = new Map(host.inventory?.gpus.map(({ uuid, index }) => [uuid, index]));
  const gpus = claims.flatMap(({ resource }) =>
    resource.startsWith('gpu:') ? [indexes.get(resource.slice('gpu:'.length)) ?? '?'] : [],
  );
  const rest = claims.flatMap(({ resource, amount_bytes }) => {
    if (resource.startsWith('gpu:')) return [];
    if (resource === 'memory') return [`${sizeText(amount_bytes ?? 0)} of memory`];
    return [resource.replace(':', ' ')];
  });
  const first = gpus.length === 0 ? [] : [`GPU ${gpus.join(', ')}`];
  return [...first, ...rest].join(' · ') || 'nothing';
}

export function instancesInWords({ claimed }: Host): string {
  return claimed.instances === 0 ? 'Nothing running' : countOf(claimed.instances, 'instance');
}
