import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts, launches, registries, secrets, secretUses } from '../../db/schema/index.ts';

const sealed = {
  orgId: secrets.orgId,
  name: secrets.name,
  keyId: secrets.keyId,
  sealed: secrets.sealed,
};

/** What the deployments of a host's desired set use. Nothing while `isNewer` (see instances.ts) does not hold. */
export function selectSecretsOn(database: Database, hostId: SQL, isNewer: SQL) {
  return database
    .selectDistinct(sealed)
    .from(launches)
    .innerJoin(hosts, eq(hosts.id, launches.hostId))
    .innerJoin(secretUses, eq(secretUses.deploymentId, launches.deploymentId))
    .innerJoin(secrets, and(eq(secrets.orgId, secretUses.orgId), eq(secrets.name, secretUses.name)))
    .where(and(sql`${launches.hostId} = ${hostId}`, isNull(launches.removedIn), isNewer));
}

/** The logins that the host's organisation has, each with its sealed password. */
export function selectLoginsOn(database: Database, hostId: SQL, isNewer: SQL) {
  return database
    .select({ ...sealed, server: registries.server, username: registries.username })
    .from(hosts)
    .innerJoin(registries, eq(registries.orgId, hosts.orgId))
    .innerJoin(
      secrets,
      and(eq(secrets.orgId, registries.orgId), eq(secrets.name, registries.passwordSecret)),
    )
    .where(and(sql`${hosts.id} = ${hostId}`, isNewer));
}
