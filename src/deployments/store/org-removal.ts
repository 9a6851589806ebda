import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import {
  apiTokens,
  backends,
  deployments,
  enrollmentTokens,
  events,
  hosts,
  idempotencyKeys,
  instances,
  invitations,
  launches,
  members,
  registries,
  secrets,
  signInLinks,
} from '../../db/schema/index.ts';
import { rememberRemoved } from '../../hosts/store/removed.ts';

/** So many hosts, deployments and backends go at once: each may have 500 lines on its timeline. */
const thingsAtOnce = 25;
const instancesAtOnce = 1000;
const receiptsAtOnce = 500;

/** Instances that hosts of the organisation hold something for: at most `limit` of them. */
export function selectHeld(database: Database, orgId: string, limit: number) {
  return database.all<{ instanceId: string; host: string }>(sql`
    SELECT l.instance_id AS instanceId, h.name AS host
    FROM hosts h JOIN launches l ON l.host_id = h.id WHERE h.org_id = ${orgId}
    UNION SELECT c.instance_id, h.name
    FROM hosts h JOIN claims c ON c.host_id = h.id WHERE h.org_id = ${orgId}
    LIMIT ${limit}`);
}

/** True (in SQL) while no host of the organisation holds anything for an instance. */
export function holdsNothing(orgId: string): SQL {
  const none = (table: 'launches' | 'claims') => sql`NOT EXISTS (
    SELECT 1 FROM hosts h JOIN ${sql.identifier(table)} held ON held.host_id = h.id
    WHERE h.org_id = ${orgId})`;
  return sql`${none('launches')} AND ${none('claims')}`;
}

/** Nobody is let into the organisation by what it gave them any more. By name. */
export function shutOut(database: Database, orgId: string) {
  return {
    tokens: database.delete(apiTokens).where(eq(apiTokens.orgId, orgId)),
    enrolmentTokens: database.delete(enrollmentTokens).where(eq(enrollmentTokens.orgId, orgId)),
    members: database.delete(members).where(eq(members.orgId, orgId)),
    invitations: database.delete(invitations).where(eq(invitations.orgId, orgId)),
    signInLinks: database.delete(signInLinks).where(eq(signInLinks.orgId, orgId)),
  };
}

/**
 * Takes away a part of what is in an organisation, so much that one transaction bears it: run again and again they leave
 * nothing but its audit. A host goes together with all that it holds, so that its agent never hears a part of it: it is
 * told that it was removed. Deployments go when no host is left, the rest when no deployment is. By name, in their order.
 */
export function deletePartOf(database: Database, orgId: string, now: number) {
  const noHost = sql`NOT EXISTS (SELECT 1 FROM hosts WHERE org_id = ${orgId})`;
  const noDeployment = sql`NOT EXISTS (SELECT 1 FROM deployments WHERE org_id = ${orgId})`;
  const someHosts = sql`(SELECT id FROM hosts WHERE org_id = ${orgId} ORDER BY id LIMIT ${thingsAtOnce})`;
  const someDeployments = sql`(
    SELECT id FROM deployments WHERE org_id = ${orgId} AND ${noHost}
    ORDER BY name LIMIT ${thingsAtOnce})`;
  const someInstances = sql`(
    SELECT id FROM instances WHERE deployment_id IN ${someDeployments} LIMIT ${instancesAtOnce})`;
  const someBackends = sql`(
    SELECT id FROM backends WHERE org_id = ${orgId} AND ${noDeployment}
    ORDER BY name_key LIMIT ${thingsAtOnce})`;
  const someReceipts = sql`(
    SELECT route, key FROM idempotency_keys WHERE org_id = ${orgId} LIMIT ${receiptsAtOnce})`;
  const hasNoInstance = sql`NOT EXISTS (
    SELECT 1 FROM instances WHERE deployment_id = ${deployments.id})`;
  return {
    removals: rememberRemoved(database, orgId, someHosts, now),
    launches: database.delete(launches).where(inArray(launches.hostId, someHosts)),
    hostEvents: database.delete(events).where(inArray(events.subject, someHosts)),
    hosts: database.delete(hosts).where(inArray(hosts.id, someHosts)),
    instances: database.delete(instances).where(inArray(instances.id, someInstances)),
    deploymentEvents: database.delete(events).where(inArray(events.subject, someDeployments)),
    deployments: database
      .delete(deployments)
      .where(and(inArray(deployments.id, someDeployments), hasNoInstance)),
    registries: database.delete(registries).where(and(eq(registries.orgId, orgId), noDeployment)),
    secrets: database.delete(secrets).where(and(eq(secrets.orgId, orgId), noDeployment)),
    backends: database.delete(backends).where(inArray(backends.id, someBackends)),
    receipts: database
      .delete(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.orgId, orgId),
          sql`(${idempotencyKeys.route}, ${idempotencyKeys.key}) IN ${someReceipts}`,
        ),
      ),
    ...shutOut(database, orgId),
  };
}

/** Whether anything is left in an organisation that is being deleted, and how many hubs had its hosts. */
export function selectRemains(database: Database, orgId: string) {
  const any = (table: string) =>
    sql`EXISTS (SELECT 1 FROM ${sql.identifier(table)} WHERE org_id = ${orgId})`;
  const tables = ['hosts', 'deployments', 'backends', 'secrets', 'idempotency_keys'];
  return database.all<{ hubs: number; remains: number }>(sql`
    SELECT deleting_hubs AS hubs, ${sql.join(tables.map(any), sql` OR `)} AS remains
    FROM orgs WHERE id = ${orgId} AND deleting_at IS NOT NULL`);
}
