import { guard, LostRace } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { newId } from '../db/ids.ts';
import { apply, type Bell } from './apply.ts';
import { lookAgainAt } from './progress.ts';
import { plan } from './rollout.ts';
import type { Step } from './steps.ts';
import { advanceVersion, isAtVersion } from './store/deployments.ts';
import { readWorld, type SharedHosts } from './world.ts';

const attempts = 5;

export interface Reconciled {
  /** Of the hosts whose desired sets have changed. */
  bells: Bell[];
  /** When time alone will ask for another step, in milliseconds since 1970; null: never. */
  lookAgainAt: number | null;
  /** What was done. */
  steps: Step[];
}

/**
 * Takes the next step of one deployment: plans purely, applies guarded by the deployment's version, and plans again
 * when it lost a race. Level-triggered: with nothing to do it writes nothing. `shared`: the hosts as an earlier plan has
 * read them, which is enough to see that nothing is to be done; what is done is planned from a reading of its own.
 */
export async function reconcile(
  database: Database,
  deploymentId: string,
  now: number,
  shared?: SharedHosts,
): Promise<Reconciled> {
  for (let attempt = 1; ; attempt += 1) {
    const isReused = Boolean(shared?.hosts);
    const world = await readWorld(database, deploymentId, now, { onlyToPlan: true, shared });
    if (!world) return { bells: [], lookAgainAt: null, steps: [] };
    const steps = plan(world, () => newId('ins'));
    if (shared && steps.some(({ kind }) => kind !== 'explain')) {
      shared.hosts = null;
      if (isReused) continue;
    }
    const again = lookAgainAt(world);
    if (steps.length === 0) return { bells: [], lookAgainAt: again, steps };
    const { id, version } = world.deployment;
    try {
      const bells = await apply(database, world, steps, {
        before: [guard(database, isAtVersion(id, version))],
        after: [{ query: advanceVersion(database, id, now) }],
      });
      return { bells, lookAgainAt: again, steps };
    } catch (error) {
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
      if (shared) shared.hosts = null;
    }
  }
}
