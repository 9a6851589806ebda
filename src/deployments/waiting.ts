import type { Database } from '../db/client.ts';
import { selectPending } from './store/instances.ts';

const limit = 1000;

/** Deployments of an organisation with instances that wait for room, oldest first. */
export async function waitingDeployments(database: Database, orgId: string): Promise<string[]> {
  const rows = await selectPending(database, orgId, limit);
  return rows.map((row) => row.deploymentId);
}
