import type { Deployment, DeploymentInput } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { LostRace } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import type { Scope } from '../tenancy/scope.ts';
import { apply, type Bell } from './apply.ts';
import { checkDeployable, versionsFor } from './check.ts';
import { type InstanceRecord, newDeployment, newWorld, toDeployment, type World } from './model.ts';
import { plan } from './rollout.ts';
import { useSecrets } from './secret-uses.ts';
import type { Step } from './steps.ts';
import { insertDeployment, insertDeploymentRevision } from './store/deployments.ts';
import { readSurroundings } from './world.ts';

const attempts = 5;

/**
 * Makes a deployment and takes its first step: its instances are placed, or pending with the reason.
 * @throws Failure `name_taken`, `unknown_backend`, `unknown_version`, `no_candidate_version`, `cannot_render`
 */
export async function createDeployment(
  scope: Scope,
  spec: DeploymentInput,
): Promise<{ deployment: Deployment; bells: Bell[] }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToCreate(scope, spec);
    } catch (error) {
      // Somebody took a claim between the reading and the writing.
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
    }
  }
}

async function tryToCreate(
  scope: Scope,
  spec: DeploymentInput,
): Promise<{ deployment: Deployment; bells: Bell[] }> {
  const { database, orgId, author, now } = scope;
  const record = newDeployment(newId('dep'), orgId, spec, now);
  const surroundings = await readSurroundings(database, orgId, spec.backend_name, now);
  const undecided: World = newWorld(record, surroundings, now);
  const { gpuCount } = versionsFor(undecided);
  const world: World = { ...undecided, deployment: { ...record, gpuCount } };
  const secrets = checkDeployable(world);
  const steps: Step[] = [{ kind: 'use_backend' }, ...plan(world, () => newId('ins'))];
  const created = toDeployment(record, instancesMadeBy(world, steps), {
    backendRevision: world.backend?.revision ?? null,
    secretsChanged: [],
  });
  const bells = await apply(database, world, steps, {
    before: [
      // First, so that a concurrent twin fails on its key and not on the name.
      ...scope.receipt(created),
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
    after: useSecrets(database, record, secrets),
  });
  return { deployment: created, bells };
}

/** What the caller is shown of the instances that the first step makes. */
function instancesMadeBy(world: World, steps: readonly Step[]): InstanceRecord[] {
  const { deployment, now } = world;
  return steps.flatMap((step): InstanceRecord[] =>
    step.kind !== 'create'
      ? []
      : [
          {
            id: step.instanceId,
            deploymentId: deployment.id,
            deploymentRevision: deployment.revision,
            generation: step.launch ? 1 : 0,
            state: step.launch ? 'queued' : 'pending',
            reason: null,
            message: step.message,
            hostId: step.launch?.placement.hostId ?? null,
            hostName: null,
            hostDraining: false,
            hostSeenAt: null,
            restarts: 0,
            exitCode: null,
            oomKilled: null,
            containerId: null,
            createdAt: now,
            startedAt: null,
            readyAt: null,
            retryAt: null,
            updatedAt: now,
            launchSpec: step.launch?.spec ?? null,
          },
        ],
  );
}
