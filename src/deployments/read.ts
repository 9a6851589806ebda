import type { Deployment } from '../../contract/deployment.ts';
import type { Event } from '../../contract/event.ts';
import { Failure } from '../../contract/failure.ts';
import type { Instance, InstanceDetail } from '../../contract/instance.ts';
import { maskSecrets } from '../../contract/secret-mark.ts';
import { toTime } from '../db/time.ts';
import type { Scope } from '../tenancy/scope.ts';
import { toDeployment, toInstance } from './representation.ts';
import {
  idOfDeployment,
  idsOfPage,
  selectDeploymentByName,
  selectDeployments,
} from './store/deployments.ts';
import { type EventRow, selectEvents, selectInstanceEvents } from './store/events.ts';
import { selectInstance, selectInstancePage, selectInstanceStates } from './store/instances.ts';
import { whyPending } from './why-pending.ts';

export function noDeployment(name: string): Failure {
  return new Failure('not_found', `There is no deployment "${name}".`);
}

/** @throws Failure `not_found` */
export async function getDeployment(scope: Scope, name: string): Promise<Deployment> {
  const { database, orgId } = scope;
  const [[record], instances] = await database.batch([
    selectDeploymentByName(database, orgId, name),
    selectInstanceStates(database, idOfDeployment(orgId, name)),
  ]);
  if (!record) throw noDeployment(name);
  return toDeployment(record, instances, record);
}

/** So many endpoints and hosts of each deployment are in a list of deployments; reading the one gives all. */
const mostInList = 10;

/** At most `limit` deployments after the name `after`. */
export async function listDeployments(
  scope: Scope,
  after: string | undefined,
  limit: number,
): Promise<Deployment[]> {
  const { database, orgId } = scope;
  const [records, instances] = await database.batch([
    selectDeployments(database, orgId, after, limit),
    selectInstanceStates(database, idsOfPage(orgId, after, limit)),
  ]);
  const instancesOf = new Map(records.map(({ id }): [string, typeof instances] => [id, []]));
  for (const instance of instances) instancesOf.get(instance.deploymentId)?.push(instance);
  return records.map((record) => {
    const own = instancesOf.get(record.id) ?? [];
    const deployment = toDeployment(record, own, record);
    const endpoints = deployment.status.endpoints.slice(0, mostInList);
    const host_ids = deployment.status.host_ids.slice(0, mostInList);
    return { ...deployment, status: { ...deployment.status, endpoints, host_ids } };
  });
}

/** At most `limit` instances of a deployment after the id `after`. @throws Failure `not_found` */
export async function listInstances(
  scope: Scope,
  name: string,
  after: string | undefined,
  limit: number,
): Promise<Instance[]> {
  const { database, orgId } = scope;
  const [[record], instances] = await database.batch([
    selectDeploymentByName(database, orgId, name),
    selectInstancePage(database, idOfDeployment(orgId, name), after, limit),
  ]);
  if (!record) throw noDeployment(name);
  return instances.map((instance) => toInstance(instance, name));
}

/** @throws Failure `not_found` */
export async function getInstance(scope: Scope, id: string): Promise<InstanceDetail> {
  const [row] = await selectInstance(scope.database, scope.orgId, id);
  if (!row) throw noInstance(id);
  return {
    ...toInstance(row, row.deployment),
    launch_spec: maskSecrets(row.launchSpec),
    host_reasons: row.state === 'pending' ? await whyPending(scope, row) : [],
  };
}

/** Newest first: at most `limit` events before the id `before`. @throws Failure `not_found` */
export async function listEvents(
  scope: Scope,
  name: string,
  before: string | undefined,
  limit: number,
): Promise<EventRow[]> {
  const { database, orgId } = scope;
  const [[record], rows] = await database.batch([
    selectDeploymentByName(database, orgId, name),
    selectEvents(database, orgId, name, { before, limit }),
  ]);
  if (!record) throw noDeployment(name);
  return rows;
}

/** Newest first: at most `limit` events of an instance before the id `before`. @throws Failure `not_found` */
export async function listInstanceEvents(
  scope: Scope,
  id: string,
  before: string | undefined,
  limit: number,
): Promise<EventRow[]> {
  const { database, orgId } = scope;
  const [[row], rows] = await database.batch([
    selectInstance(database, orgId, id),
    selectInstanceEvents(database, orgId, id, { before, limit }),
  ]);
  if (!row) throw noInstance(id);
  return rows;
}

function noInstance(id: string): Failure {
  return new Failure('not_found', `There is no instance "${id}".`);
}

export function toEvent(row: EventRow): Event {
  return {
    id: row.id,
    time: toTime(row.createdAt),
    type: row.type,
    message: row.message,
    instance_id: row.instanceId,
    host_id: row.hostId,
    generation: row.generation,
    count: row.count,
    first_time: toTime(row.firstAt ?? row.createdAt),
    until: toTime(row.until),
  };
}
