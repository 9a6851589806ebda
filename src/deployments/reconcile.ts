import { guard, LostRace } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { newId } from '../db/ids.ts';
import { apply, type Bell } from './apply.ts';
import { lookAgainAt } from './progress.ts';
import { plan } from './rollout.ts';
import { advanceVersion, isAtVersion } from './store/deployments.ts';
import { readWorld } from './world.ts';

const attempts = 5;

/**
 * Takes the next step of one deployment: plans purely, applies guarded by the deployment's version, and plans again
 * when it lost a race. Level-triggered: with nothing to do it writes nothing.
 * @returns the hosts to ring, and when time alone will ask for another step (milliseconds since 1970; null: never)
 */
export async function reconcile(
  database: Database,
  deploymentId: string,
  now: number,
): Promise<{ bells: Bell[]; lookAgainAt: number | null }> {
  for (let attempt = 1; ; attempt += 1) {
    const world = await readWorld(database, deploymentId, now);
    if (!world) return { bells: [], lookAgainAt: null };
    const steps = plan(world, () => newId('ins'));
    const again = lookAgainAt(world);
    if (steps.length === 0) return { bells: [], lookAgainAt: again };
    const { id, version } = world.deployment;
    try {
      const bells = await apply(database, world, steps, {
        before: [guard(database, isAtVersion(id, version))],
        after: [{ query: advanceVersion(database, id, now) }],
      });
      return { bells, lookAgainAt: again };
    } catch (error) {
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
    }
  }
}
