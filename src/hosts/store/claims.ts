import { and, eq, gt, inArray, lt, SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { barredPorts, claims, hosts } from '../../db/schema/index.ts';

export type ClaimRow = typeof claims.$inferSelect;

const hostsOfOrg = (database: Database, orgId: string) =>
  database.select({ id: hosts.id }).from(hosts).where(eq(hosts.orgId, orgId));

/** Everything that is claimed on the hosts of an organisation. */
export function selectClaims(database: Database, orgId: string) {
  return database
    .select()
    .from(claims)
    .where(inArray(claims.hostId, hostsOfOrg(database, orgId)));
}

export function selectClaimsOn(database: Database, hostId: string) {
  return database.select().from(claims).where(eq(claims.hostId, hostId));
}

export type ClaimSum = Awaited<ReturnType<typeof selectClaimSums>>[number];

/** How much is claimed on each of these hosts; those without a claim are left out. */
export function selectClaimSums(database: Database, hostIds: readonly string[] | SQL) {
  return database
    .select({
      hostId: claims.hostId,
      instances: sql<number>`count(DISTINCT instance_id)`,
      gpus: sql<number>`count(DISTINCT CASE WHEN resource LIKE 'gpu:%' THEN resource END)`,
      sharedGpus: sql<number>`count(DISTINCT CASE WHEN resource LIKE 'gpu:%' AND holder <> '' THEN resource END)`,
      memoryBytes: sql<number>`sum(CASE resource WHEN 'memory' THEN amount ELSE 0 END)`,
    })
    .from(claims)
    .where(inArray(claims.hostId, hostIds instanceof SQL ? hostIds : [...hostIds]))
    .groupBy(claims.hostId);
}

export function selectBarredPorts(database: Database, orgId: string, now: number) {
  return database
    .select()
    .from(barredPorts)
    .where(
      and(inArray(barredPorts.hostId, hostsOfOrg(database, orgId)), gt(barredPorts.until, now)),
    );
}

/** Bars a port for new claims until `until`. */
export function barPort(database: Database, hostId: string, port: number, until: number) {
  return database
    .insert(barredPorts)
    .values({ hostId, port, until })
    .onConflictDoUpdate({ target: [barredPorts.hostId, barredPorts.port], set: { until } });
}

/** One claim that nobody else may hold: a second one breaks the primary key. */
export function insertExclusiveClaim(
  database: Database,
  claim: Omit<ClaimRow, 'holder' | 'amount'>,
) {
  return database.insert(claims).values(claim);
}

/** True (in SQL) while shares of `resource` plus `amount` stay within `capacity` and nobody has all of it. */
export function shareFits(
  claim: Pick<ClaimRow, 'hostId' | 'resource' | 'amount'>,
  capacity: number,
): SQL {
  return sql`${capacity} >= ${claim.amount} + (
    SELECT coalesce(sum(CASE holder WHEN '' THEN ${capacity} ELSE amount END), 0)
    FROM claims WHERE host_id = ${claim.hostId} AND resource = ${claim.resource})`;
}

/** True (in SQL) while nobody holds a share of `resource`. */
export function isUnshared(hostId: string, resource: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM claims WHERE host_id = ${hostId} AND resource = ${resource})`;
}

/** A part of something: its sum is guarded by `shareFits` in the same batch. */
export function insertSharedClaim(database: Database, claim: Omit<ClaimRow, 'holder'>) {
  return database.insert(claims).values({ ...claim, holder: claim.instanceId });
}

/** Hands the claims of an instance on a host on to its next generation; its port only if `withPort`. */
export function inheritClaims(
  database: Database,
  held: Pick<ClaimRow, 'hostId' | 'instanceId'>,
  generation: number,
  withPort: boolean,
) {
  return database
    .update(claims)
    .set({ generation })
    .where(
      and(
        eq(claims.hostId, held.hostId),
        eq(claims.instanceId, held.instanceId),
        withPort ? undefined : sql`resource NOT LIKE 'port:%'`,
      ),
    );
}

export function deleteBarsBefore(database: Database, before: number) {
  return database.delete(barredPorts).where(lt(barredPorts.until, before));
}
