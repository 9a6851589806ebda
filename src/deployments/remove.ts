import type { Deployment } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import type { Bell } from './apply.ts';
import { getDeployment } from './read.ts';
import { reconcile } from './reconcile.ts';
import { markDeleting } from './store/deployments.ts';

/**
 * Begins to delete a deployment: its hosts are told to stop its containers, and it is gone when they have answered.
 * Asked for again it goes on. `check` sees the revision first (for `If-Match`).
 * @throws Failure `not_found`
 */
export async function removeDeployment(
  scope: Scope,
  name: string,
  check: (revision: number) => void,
): Promise<{ deployment: Deployment | null; deploymentId: string; bells: Bell[] }> {
  const { database, orgId, now } = scope;
  const { id, revision } = await getDeployment(scope, name);
  check(revision);
  await write(database, [{ query: markDeleting(database, orgId, name, now) }]);
  const bells = await reconcile(database, id, now);
  return { deployment: await stillThere(scope, name), deploymentId: id, bells };
}

async function stillThere(scope: Scope, name: string): Promise<Deployment | null> {
  try {
    return await getDeployment(scope, name);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') return null;
    throw error;
  }
}
