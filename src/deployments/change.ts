import type { Deployment, DeploymentInput } from '../../contract/deployment.ts';
import type { EventType } from '../../contract/event.ts';
import { Failure } from '../../contract/failure.ts';
import { guard, LostRace, type Statement, write } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import type { Scope } from '../tenancy/scope.ts';
import { apply, type Bell } from './apply.ts';
import { auditDeployment } from './audit.ts';
import { checkDeployable, versionsFor } from './check.ts';
import type { DeploymentRecord, World } from './model.ts';
import { deploymentAfter } from './outcome.ts';
import { noDeployment } from './read.ts';
import { toDeployment } from './representation.ts';
import { plan } from './rollout.ts';
import { useSecrets } from './secret-uses.ts';
import { standingOf } from './status.ts';
import {
  advanceVersion,
  idOfDeployment,
  insertDeploymentRevision,
  isAtVersion,
  updateDeployment,
} from './store/deployments.ts';
import { insertEvent } from './store/events.ts';
import { changesBetween, keepsTemplate } from './template.ts';
import { readSurroundings, readWorld } from './world.ts';

export interface Changed {
  deployment: Deployment;
  deploymentId: string;
  bells: Bell[];
  /** Others took every place that was found: the planner is to take the first step. */
  stepIsDue: boolean;
}

/** What a change makes of a deployment. */
export interface Change {
  spec: DeploymentInput;
  cause: 'change' | 'restart' | 'rollback';
  /** Told on the timeline. */
  message?: string;
}

const attempts = 5;
/** From this attempt on the change is written without a step, which the planner takes then. */
const lastAttemptWithStep = 3;

/**
 * Makes a new revision of a deployment and takes the first step of its rollout. `edit` sees the deployment as it is
 * (it may refuse its revision), and again when that has changed meanwhile. A change that changes nothing makes no
 * revision; a restart makes one of the same content, whose instances all are made anew.
 * @throws Failure `not_found`, `conflict` while it is being deleted, and as making a deployment does
 */
export async function changeDeployment(
  scope: Scope,
  name: string,
  edit: (before: DeploymentRecord) => Change | Promise<Change>,
): Promise<Changed> {
  return untilNobodyIsFirst(async (stepIsDue) => {
    const world = await worldNamed(scope, name);
    const { deployment: before } = world;
    const change = await edit(before);
    const { spec, cause } = change;
    if (spec.name !== name) {
      const detail = 'A deployment keeps its name. Make another one to serve under another name.';
      throw new Failure('invalid_request', detail, [
        { pointer: '/name', code: 'immutable', detail },
      ]);
    }
    const isRestart = cause === 'restart';
    const changes = changesBetween(before.spec, spec);
    if (!isRestart && changes.length === 0) return unchanged(scope, world);
    const { now, author, database } = scope;
    const revision = before.revision + 1;
    const same = isRestart ? null : sameTemplate(world, spec);
    const { after, secrets } = await worldAfter(scope, world, {
      ...before,
      spec,
      revision,
      rolling: true,
      progressAt: now,
      rolloutFailure: same === before ? before.rolloutFailure : null,
      gpuCount: same?.gpuCount ?? null,
      templateRevision: same?.templateRevision ?? revision,
    });
    const { deployment } = after;
    const message = change.message ?? `Revision ${revision} was created.`;
    return takeStep(scope, after, stepIsDue, [
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
      ...auditDeployment(scope, before, deployment, change.message),
    ]);
  });
}

/**
 * Stops a deployment (its instances go, it stays) or starts it again. Done twice it does nothing. `check` sees the
 * revision first (for `If-Match`).
 * @throws Failure `not_found`, `conflict` while it is being deleted
 */
export async function setStopped(
  scope: Scope,
  name: string,
  stopped: boolean,
  check: (revision: number) => void = () => {},
): Promise<Changed> {
  return untilNobodyIsFirst(async (stepIsDue) => {
    const world = await worldNamed(scope, name);
    const { deployment: before } = world;
    check(before.revision);
    if (before.stopped === stopped) return unchanged(scope, world);
    const { database, now } = scope;
    const set = { stopped, rolling: true, progressAt: now };
    const after = { ...world, deployment: { ...before, ...set } };
    return takeStep(scope, after, stepIsDue, [
      { query: updateDeployment(database, before.id, set) },
      stopped
        ? changeEvent(scope, before.id, 'stop', 'It was stopped; its instances are being stopped.')
        : changeEvent(scope, before.id, 'start', 'It was started.'),
      ...auditDeployment(scope, before, after.deployment),
    ]);
  });
}

/** Tries anew, from the reading on, when the planner or somebody else wrote first. */
async function untilNobodyIsFirst(
  attemptOnce: (stepIsDue: boolean) => Promise<Changed>,
): Promise<Changed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(attempt > lastAttemptWithStep);
    } catch (error) {
      if (!(error instanceof LostRace) || attempt === attempts) throw error;
    }
  }
}

async function worldNamed({ database, orgId, now }: Scope, name: string): Promise<World> {
  const world = await readWorld(database, idOfDeployment(orgId, name), now);
  if (!world) throw noDeployment(name);
  if (world.deployment.deleting) {
    throw new Failure('conflict', `The deployment "${name}" is being deleted.`);
  }
  return world;
}

/** The answer is kept also where it says that there was nothing to do. */
async function unchanged(scope: Scope, world: World): Promise<Changed> {
  const { deployment: record, instances } = world;
  const deployment = toDeployment(record, instances, standingOf(world));
  await write(scope.database, scope.receipt(deployment));
  return { deployment, deploymentId: record.id, bells: [], stepIsDue: false };
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
  const fallback = good ? { deployment: good, backend: world.backend } : world.fallback;
  const differs = fallback?.deployment.templateRevision !== deployment.templateRevision;
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

/** The newest revision, or the good one where that is another, if their instances need not be replaced for `spec`. */
function sameTemplate(
  { deployment, fallback }: World,
  spec: DeploymentRecord['spec'],
): DeploymentRecord | null {
  const known = fallback ? [deployment, fallback.deployment] : [deployment];
  return known.find((one) => keepsTemplate(changesBetween(one.spec, spec))) ?? null;
}

/** Writes the change with its first step. @throws LostRace when a claim was taken or the deployment changed meanwhile */
async function takeStep(
  scope: Scope,
  world: World,
  stepIsDue: boolean,
  statements: Statement[],
): Promise<Changed> {
  const { database, now } = scope;
  const { id, version } = world.deployment;
  const planned = stepIsDue ? [] : plan(world, () => newId('ins'));
  const deployment = deploymentAfter(world, planned);
  const bells = await apply(database, world, [{ kind: 'use_backend' }, ...planned], {
    before: [
      // First, so that a concurrent twin fails on its key.
      ...scope.receipt(deployment),
      guard(database, isAtVersion(id, version)),
      ...statements,
    ],
    after: [{ query: advanceVersion(database, id, now) }],
  });
  return { deployment, deploymentId: id, bells, stepIsDue };
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
