import { nameKeyOf } from '../backends/model.ts';
import { toRecordOrBuiltIn } from '../backends/record.ts';
import { selectBackend } from '../backends/store.ts';
import type { Database } from '../db/client.ts';
import { toHostViews } from '../hosts/model.ts';
import { selectBarredPorts, selectClaims } from '../hosts/store/claims.ts';
import { selectAllHosts } from '../hosts/store/hosts.ts';
import { selectReservation } from '../hosts/store/reservations.ts';
import { selectSecretNames } from '../tenancy/secrets/store.ts';
import { needsNoHost, type World } from './model.ts';
import { type DeploymentId, selectDeploymentById, selectFallback } from './store/deployments.ts';
import { selectInstancesOf } from './store/instances.ts';

type Surroundings = Pick<World, 'backend' | 'hosts' | 'secretNames'>;

/** All hosts at one reading, for plans that may share it. Null: not read yet, or not what they are now. */
export interface SharedHosts {
  hosts: World['hosts'] | null;
}

/**
 * What a plan for a new deployment needs to know, in one request. Reasons are given for every host, so that every host
 * is read, about five rows each: with 1,000 hosts that is 5e-6 USD at Turso's price, which no filter in SQL is worth.
 */
export async function readSurroundings(
  database: Database,
  orgId: string,
  backendName: string | undefined,
  now: number,
  shared: SharedHosts = { hosts: null },
): Promise<Surroundings> {
  const key = nameKeyOf(backendName ?? '');
  if (shared.hosts) {
    const [[row], secrets] = await database.batch([
      selectBackend(database, orgId, key),
      selectSecretNames(database, orgId),
    ]);
    return {
      backend: toRecordOrBuiltIn(row, key),
      hosts: shared.hosts,
      secretNames: toNames(secrets),
    };
  }
  const [[row], hosts, claims, barred, reservations, secrets] = await database.batch([
    selectBackend(database, orgId, key),
    selectAllHosts(database, orgId),
    selectClaims(database, orgId),
    selectBarredPorts(database, orgId, now),
    selectReservation(database, orgId),
    selectSecretNames(database, orgId),
  ]);
  shared.hosts = toHostViews(hosts, claims, barred, reservations);
  return {
    backend: toRecordOrBuiltIn(row, key),
    hosts: shared.hosts,
    secretNames: toNames(secrets),
  };
}

function toNames(rows: readonly { name: string }[]): Set<string> {
  return new Set(rows.map(({ name }) => name));
}

/**
 * What is known of a deployment, by its id; null when it is gone. `onlyToPlan`: without what the plan for it does not
 * look at; `shared`: the hosts as another plan has read them.
 */
export async function readWorld(
  database: Database,
  deploymentId: DeploymentId,
  now: number,
  { onlyToPlan = false, shared }: { onlyToPlan?: boolean; shared?: SharedHosts | undefined } = {},
): Promise<World | null> {
  const [[row], instances, [good]] = await database.batch([
    selectDeploymentById(database, deploymentId),
    selectInstancesOf(database, deploymentId),
    selectFallback(database, deploymentId),
  ]);
  if (!row) return null;
  const { replacementHeld, secretsChanged, ...deployment } = row;
  const { orgId, spec, templateRevision } = deployment;
  const surroundings =
    onlyToPlan && needsNoHost(deployment, instances)
      ? unread
      : await readSurroundings(database, orgId, spec.backend_name, now, shared);
  const differs = good && good.templateRevision !== templateRevision;
  return {
    deployment,
    instances,
    now,
    replacementHeld: replacementHeld === 1,
    secretsChanged,
    fallback: differs
      ? {
          deployment: { ...deployment, ...good },
          backend:
            good.spec.backend_name === spec.backend_name
              ? surroundings.backend
              : await readBackend(database, orgId, good.spec.backend_name),
        }
      : null,
    ...surroundings,
  };
}

/** In the place of what a plan does not look at. */
const unread: Surroundings = { backend: null, hosts: [], secretNames: new Set() };

async function readBackend(
  database: Database,
  orgId: string,
  name: string | undefined,
): Promise<World['backend']> {
  const key = nameKeyOf(name ?? '');
  const [row] = await selectBackend(database, orgId, key);
  return toRecordOrBuiltIn(row, key);
}
