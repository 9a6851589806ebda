import type { Deployment, DeploymentInput } from '../../contract/deployment.ts';
import type { EventType } from '../../contract/event.ts';
import { Failure } from '../../contract/failure.ts';
import { guard, LostRace, type Statement } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import type { Scope } from '../tenancy/scope.ts';
import { apply, type Bell } from './apply.ts';
import { checkDeployable, versionsFor } from './check.ts';
import type { DeploymentRecord, World } from './model.ts';
import { getDeployment, noDeployment } from './read.ts';
import { plan } from './rollout.ts';
import { useSecrets } from './secret-uses.ts';
import {
  advanceVersion,
  insertDeploymentRevision,
  isAtVersion,
  selectDeploymentByName,
  updateDeployment,
} from './store/deployments.ts';
import { insertEvent } from './store/events.ts';
import { changesBetween, keepsTemplate } from './template.ts';
import { readSurroundings, readWorld } from './world.ts';

export interface Changed {
  deployment: Deployment;
  deploymentId: string;
  bells: Bell[];
}

/** What a change makes of a deployment. */
export interface Change {
  spec: DeploymentInput;
  cause: 'change' | 'restart' | 'rollback';
  /** Told on the timeline. */
  message?: string;
}

const attempts = 5;

/**
 * Makes a new revision of a deployment and takes the first step of its rollout. `edit` sees the deployment as it is
 * (it may refuse its revision). A change that changes nothing makes no revision; a restart makes one of the same
 * content, whose instances all are made anew.
 * @throws Failure `not_found`, `conflict` while it is being deleted, and as making a deployment does
 */
export async function changeDeployment(
  scope: Scope,
  name: string,
  edit: (before: DeploymentRecord) => Change | Promise<Change>,
): Promise<Changed> {
  const world = await worldNamed(scope, name);
  const { deployment: before } = world;
  const change = await edit(before);
  const { spec, cause } = change;
  if (spec.name !== name) {
    const detail = 'A deployment keeps its name. Make another one to serve under another name.';
    throw new Failure('invalid_request', detail, [{ pointer: '/name', code: 'immutable', detail }]);
  }
  const isRestart = cause === 'restart';
  const changes = changesBetween(before.spec, spec);
  if (!isRestart && changes.length === 0) {
    return { deployment: await getDeployment(scope, name), deploymentId: before.id, bells: [] };
  }
  const { now, author, database } = scope;
  const revision = before.revision + 1;
  const isSameTemplate = !isRestart && keepsTemplate(changes);
  const { after, secrets } = await worldAfter(scope, world, {
    ...before,
    spec,
    revision,
    rolling: true,
    progressAt: now,
    rolloutFailure: isSameTemplate ? before.rolloutFailure : null,
    gpuCount: isSameTemplate ? before.gpuCount : null,
    templateRevision: isSameTemplate ? before.templateRevision : revision,
  });
  const { deployment } = after;
  const message = change.message ?? `Revision ${revision} was made.`;
  return takeStep(scope, world, after, [
    {
      query: updateDeployment(database, before.id, {
        revision,
        rolling: true,
        progressAt: now,
        rolloutFailure: deployment.rolloutFailure,
      }),
    },
    {
      query: insertDeploymentRevision(database, {
        deploymentId: before.id,
        revision,
        spec,
        gpuCount: deployment.gpuCount ?? 0,
        templateRevision: deployment.templateRevision,
        cause,
        author,
        createdAt: now,
      }),
    },
    ...useSecrets(database, before, secrets),
    changeEvent(scope, before.id, 'changed', message),
  ]);
}

/**
 * Stops a deployment (its instances go, it stays) or starts it again. Done twice it does nothing.
 * @throws Failure `not_found`, `conflict` while it is being deleted
 */
export async function setStopped(scope: Scope, name: string, stopped: boolean): Promise<Changed> {
  const world = await worldNamed(scope, name);
  const { deployment: before } = world;
  if (before.stopped === stopped) {
    return { deployment: await getDeployment(scope, name), deploymentId: before.id, bells: [] };
  }
  const { database, now } = scope;
  const set = { stopped, rolling: true, progressAt: now };
  const after = { ...world, deployment: { ...before, ...set } };
  return takeStep(scope, world, after, [
    { query: updateDeployment(database, before.id, set) },
    stopped
      ? changeEvent(scope, before.id, 'stop', 'It was stopped: its instances are going.')
      : changeEvent(scope, before.id, 'start', 'It was started.'),
  ]);
}

async function worldNamed(scope: Scope, name: string): Promise<World> {
  const [row] = await selectDeploymentByName(scope.database, scope.orgId, name);
  const world = row && (await readWorld(scope.database, row.id, scope.now));
  if (!world) throw noDeployment(name);
  if (world.deployment.deleting) {
    throw new Failure('conflict', `The deployment "${name}" is being deleted.`);
  }
  return world;
}

/** The world with the deployment as it shall be, checked as a new one is. */
async function worldAfter(
  scope: Scope,
  world: World,
  deployment: DeploymentRecord,
): Promise<{ after: World; secrets: Set<string> }> {
  const { deployment: before } = world;
  const { database, orgId, now } = scope;
  const { backend_name } = deployment.spec;
  const isSameBackend = backend_name === before.spec.backend_name;
  const surroundings = isSameBackend
    ? {}
    : await readSurroundings(database, orgId, backend_name, now);
  // What a rollout of before this one would have fallen back to stays; else what runs now is.
  const good = before.goodRevision === before.revision ? before : null;
  const differs = deployment.templateRevision > (before.goodRevision ?? deployment.revision);
  const fallback = good ? { deployment: good, backend: world.backend } : world.fallback;
  const undecided: World = {
    ...world,
    ...surroundings,
    deployment,
    fallback: differs ? fallback : null,
  };
  const { gpuCount } = versionsFor(undecided);
  const after = {
    ...undecided,
    deployment: { ...deployment, gpuCount: deployment.gpuCount ?? gpuCount },
  };
  return { after, secrets: checkDeployable(after) };
}

/** Writes the change with its first step; where a claim was lost meanwhile, plans the step anew. */
async function takeStep(
  scope: Scope,
  before: World,
  after: World,
  statements: Statement[],
): Promise<Changed> {
  const { database, now } = scope;
  const { id, version, name } = before.deployment;
  const conflict = new Failure('conflict', `The deployment "${name}" was changed meanwhile.`);
  for (let attempt = 1; ; attempt += 1) {
    // A step that loses its race is left to the next reconcile: the change itself stands.
    const steps = attempt < attempts ? plan(after, () => newId('ins')) : [];
    try {
      const bells = await apply(database, after, [{ kind: 'use_backend' }, ...steps], {
        before: [guard(database, isAtVersion(id, version), conflict), ...statements],
        after: [{ query: advanceVersion(database, id, now) }],
      });
      return { deployment: await getDeployment(scope, name), deploymentId: id, bells };
    } catch (error) {
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
      const { orgId } = scope;
      const { backend_name } = after.deployment.spec;
      after = { ...after, ...(await readSurroundings(database, orgId, backend_name, now)) };
    }
  }
}

function changeEvent(
  { database, orgId, now, author }: Scope,
  subject: string,
  type: EventType,
  message: string,
): Statement {
  return {
    query: insertEvent(database, {
      subject,
      orgId,
      type,
      message: `${message} (by ${author})`,
      createdAt: now,
    }),
  };
}
