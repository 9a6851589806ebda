import type { SQL } from 'drizzle-orm';
import type { Deployment } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { LostRace, type Statement, write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { selectBells } from '../hosts/store/hosts.ts';
import type { Scope } from '../tenancy/scope.ts';
import type { Bell } from './apply.ts';
import { getDeployment } from './read.ts';
import { reconcile } from './reconcile.ts';
import { deleteDeployment, isNotDeleting, isThere, markDeleting } from './store/deployments.ts';
import { deleteEventsOf } from './store/events.ts';
import { giveUpInstances } from './store/force.ts';
import { selectInstancesOf } from './store/instances.ts';

/**
 * Begins to delete a deployment: its hosts are told to stop its containers, and it is gone when they have answered.
 * Asked for again it goes on. `check` sees the revision first (for `If-Match`).
 * @throws Failure `not_found`
 */
export async function removeDeployment(
  scope: Scope,
  name: string,
  check: (revision: number) => void,
): Promise<{
  deployment: Deployment | null;
  deploymentId: string;
  bells: Bell[];
  /** The planner is to take the first step: others always wrote first. */
  stepIsDue: boolean;
}> {
  const { database, orgId, now } = scope;
  const before = await getDeployment(scope, name);
  const { id, revision } = before;
  check(revision);
  await write(database, [
    ...auditRemoval(scope, before, isNotDeleting(id)),
    { query: markDeleting(database, orgId, name, now) },
  ]);
  const bells = await firstBells(database, id, now);
  return {
    deployment: await stillThere(scope, name),
    deploymentId: id,
    bells: bells ?? [],
    stepIsDue: bells === null,
  };
}

/** Null when others wrote first each time: that it is being deleted is written, and the planner goes on. */
async function firstBells(database: Database, id: string, now: number): Promise<Bell[] | null> {
  try {
    return (await reconcile(database, id, now)).bells;
  } catch (error) {
    if (error instanceof LostRace) return null;
    throw error;
  }
}

/**
 * Deletes a deployment at once, and gives up what it has on hosts that do not answer: their containers run on until
 * the hosts are back.
 * @returns the hosts to ring: one that answers after all stops them at once
 * @throws Failure `not_found`
 */
export async function forceRemoveDeployment(
  scope: Scope,
  name: string,
  check: (revision: number) => void,
): Promise<Bell[]> {
  const { database } = scope;
  const before = await getDeployment(scope, name);
  const { id, revision } = before;
  check(revision);
  const instances = await selectInstancesOf(database, id);
  const hostIds = new Set(instances.flatMap(({ hostId }) => hostId ?? []));
  return write(
    database,
    [
      ...auditRemoval(
        scope,
        before,
        isThere(id),
        'By force: what silent hosts have of it is given up.',
      ),
      ...giveUpInstances(database, id).map((query) => ({ query })),
      { query: deleteEventsOf(database, id) },
      { query: deleteDeployment(database, id) },
    ],
    selectBells(database, [...hostIds]),
  );
}

function auditRemoval(
  scope: Scope,
  { id, status, created_at, updated_at, ...written }: Deployment,
  onlyIf: SQL,
  note?: string,
): Statement[] {
  const resource = { kind: 'deployment', id, name: written.name } as const;
  return scope.audit({ resource, before: written, after: null, note, onlyIf });
}

async function stillThere(scope: Scope, name: string): Promise<Deployment | null> {
  try {
    return await getDeployment(scope, name);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') return null;
    throw error;
  }
}
