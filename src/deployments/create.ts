import type { Deployment, DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { guard, LostRace } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import { limitReached } from '../tenancy/orgs/model.ts';
import type { Scope } from '../tenancy/scope.ts';
import { apply, type Bell } from './apply.ts';
import { auditDeployment } from './audit.ts';
import { checkDeployable, versionsFor } from './check.ts';
import { newDeployment, newWorld, type World } from './model.ts';
import { deploymentAfter } from './outcome.ts';
import { plan } from './rollout.ts';
import { useSecrets } from './secret-uses.ts';
import { type Step, waitingTheirTurn } from './steps.ts';
import {
  hasRoomForDeployment,
  insertDeployment,
  insertDeploymentRevision,
} from './store/deployments.ts';
import { readSurroundings } from './world.ts';

const attempts = 3;

export interface Created {
  deployment: Deployment;
  deploymentId: string;
  bells: Bell[];
  /** Others took every place that was found: the planner is to place it, one deployment after another. */
  stepIsDue: boolean;
}

/**
 * Makes a deployment and takes its first step: its instances are placed, or pending with the reason.
 * @throws Failure `name_taken`, `unknown_backend`, `unknown_version`, `no_candidate_version`, `cannot_render`,
 * `limit_reached`
 */
export async function createDeployment(scope: Scope, spec: DeploymentInput): Promise<Created> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // In a crowd that asks for the same places, all but one lose each time.
      return await tryToCreate(scope, spec, { stepIsDue: attempt === attempts });
    } catch (error) {
      // Somebody took a claim between the reading and the writing.
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
    }
  }
}

async function tryToCreate(
  scope: Scope,
  spec: DeploymentInput,
  { stepIsDue }: { stepIsDue: boolean },
): Promise<Created> {
  const { database, orgId, author, now } = scope;
  const record = newDeployment(newId('dep'), orgId, spec, now);
  const surroundings = await readSurroundings(database, orgId, spec.backend_name, now);
  const undecided: World = newWorld(record, surroundings, now);
  const { gpuCount } = versionsFor(undecided);
  const world: World = { ...undecided, deployment: { ...record, gpuCount } };
  const secrets = checkDeployable(world);
  const planned = plan(world, () => newId('ins'));
  const first = stepIsDue ? waitingTheirTurn(planned) : planned;
  // A launch notes the version that it uses, and what would be noted without one would give way to that.
  const isNoted = spec.backend_version === undefined && first.some(isLaunched);
  const steps: Step[] = isNoted ? first : [{ kind: 'use_backend' }, ...first];
  const created = deploymentAfter(world, steps);
  const bells = await apply(database, world, steps, {
    before: [
      // First, so that a concurrent twin fails on its key and not on the name.
      ...scope.receipt(created),
      guard(database, hasRoomForDeployment(orgId), limitReached('deployments')),
      {
        query: insertDeployment(database, {
          id: record.id,
          orgId,
          name: spec.name,
          createdAt: now,
        }),
        orphan: missingOrg(orgId),
        refusal: new Failure('name_taken', `There is a deployment "${spec.name}" already.`, [
          {
            pointer: '/name',
            code: 'name_taken',
            detail: 'Choose another name, or delete that one first.',
          },
        ]),
      },
      {
        query: insertDeploymentRevision(database, {
          deploymentId: record.id,
          revision: 1,
          spec,
          gpuCount,
          author,
          createdAt: now,
        }),
      },
    ],
    after: [...useSecrets(database, record, secrets), ...auditDeployment(scope, null, record)],
  });
  return { deployment: created, deploymentId: record.id, bells, stepIsDue };
}

function isLaunched(step: Step): boolean {
  return step.kind === 'create' && step.launch !== null;
}
