import type { Database } from '../db/client.ts';
import { selectDeleting, selectRolling } from './store/deployments.ts';
import { selectOnDrained, selectPending, selectUnsettled } from './store/instances.ts';

const limit = 1000;

/** Deployments of an organisation with instances that wait for room, oldest first. */
export async function waitingDeployments(database: Database, orgId: string): Promise<string[]> {
  const rows = await selectPending(database, orgId, limit);
  return rows.map((row) => row.deploymentId);
}

/** Deployments anywhere that wait for a step of the planner, whoever should have asked for it. */
export async function unsettledDeployments(
  database: Database,
): Promise<{ orgId: string; deploymentId: string }[]> {
  const groups = await database.batch([
    selectUnsettled(database, limit),
    selectDeleting(database, limit),
    selectRolling(database, limit),
    selectOnDrained(database, limit),
  ]);
  return [...new Map(groups.flat().map((row) => [row.deploymentId, row])).values()];
}
