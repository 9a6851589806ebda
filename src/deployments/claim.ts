import { guard, type Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import {
  insertExclusiveClaim,
  insertSharedClaim,
  isUnshared,
  shareFits,
} from '../hosts/store/claims.ts';
import type { World } from './model.ts';
import type { Launch } from './steps.ts';

/** The launch's port: nobody else on its host may have it. */
export function portClaim(
  database: Database,
  instanceId: string,
  generation: number,
  { placement }: Launch,
): Statement[] {
  const { hostId, port } = placement;
  return [
    {
      query: insertExclusiveClaim(database, {
        hostId,
        resource: `port:${port}`,
        instanceId,
        generation,
      }),
    },
  ];
}

/** The launch's GPUs, whole or a share of each, and its memory: together never more than the host has. */
export function gpuAndMemoryClaims(
  database: Database,
  world: World,
  instanceId: string,
  generation: number,
  { placement, spec: launchSpec }: Launch,
): Statement[] {
  const { hostId, gpu } = placement;
  const { deployment, fallback } = world;
  const isNewest = launchSpec.deployment.revision === deployment.revision;
  const { spec } = isNewest || !fallback ? deployment : fallback.deployment;
  const host = world.hosts.find(({ id }) => id === hostId);
  const shareBytes = spec.gpu?.memory_bytes ?? null;
  const statements: Statement[] = [];
  const share = (resource: string, amount: number, capacity: number) => {
    const claim = { hostId, resource, instanceId, generation, amount };
    statements.push(guard(database, shareFits(claim, capacity)), {
      query: insertSharedClaim(database, claim),
    });
  };
  for (const uuid of gpu?.uuids ?? []) {
    const resource = `gpu:${uuid}`;
    if (shareBytes !== null) {
      share(resource, shareBytes, host?.gpus.find((one) => one.uuid === uuid)?.memory_bytes ?? 0);
      continue;
    }
    statements.push(guard(database, isUnshared(hostId, resource)), {
      query: insertExclusiveClaim(database, { hostId, resource, instanceId, generation }),
    });
  }
  if (spec.memory_bytes !== undefined) share('memory', spec.memory_bytes, host?.memoryBytes ?? 0);
  return statements;
}
