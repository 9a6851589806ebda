import { insertUse } from '../backends/store.ts';
import type { Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import type { World } from './model.ts';

/** Notes the version of the backend that a deployment uses; null: it is not known yet. */
export function useBackend(database: Database, world: World, version: string | null): Statement[] {
  const { backend, deployment } = world;
  if (!backend || backend.id === null) return [];
  const isShipped = version !== null && backend.builtInVersions.includes(version);
  const row = { deploymentId: deployment.id, backendId: backend.id, version, isShipped };
  return [{ query: insertUse(database, row) }];
}
