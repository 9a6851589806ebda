import { Failure } from '../../contract/failure.ts';
import { guard, LostRace } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { newId } from '../db/ids.ts';
import { apply, type Bell } from './apply.ts';
import { plan } from './rollout.ts';
import { advanceVersion, isAtVersion } from './store/deployments.ts';
import { readWorld } from './world.ts';

const attempts = 5;

/**
 * Takes the next step of one deployment: plans purely, applies guarded by the deployment's version, and plans again
 * when it lost a race. Level-triggered: with nothing to do it writes nothing.
 * @returns the hosts to ring
 */
export async function reconcile(
  database: Database,
  deploymentId: string,
  now: number,
): Promise<Bell[]> {
  for (let attempt = 1; ; attempt += 1) {
    const world = await readWorld(database, deploymentId, now);
    if (!world) return [];
    const steps = plan(world, () => newId('ins'));
    if (steps.length === 0) return [];
    const { id, version } = world.deployment;
    const lost = new Failure('conflict', 'The deployment was changed meanwhile.');
    try {
      return await apply(database, world, steps, {
        before: [guard(database, isAtVersion(id, version), lost)],
        after: [{ query: advanceVersion(database, id, now) }],
      });
    } catch (error) {
      const isRace = error === lost || error instanceof LostRace;
      if (!isRace || attempt === attempts) throw error;
    }
  }
}
