import { and, asc, eq, gt, inArray, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import type { SyncRequest } from '../../contract/agent-protocol.ts';
import type { Database } from '../db/client.ts';
import { barredPorts, claims, enrollmentTokens, hosts, settings } from '../db/schema.ts';

export type HostRow = typeof hosts.$inferSelect;
export type ClaimRow = typeof claims.$inferSelect;
export type EnrollmentTokenRow = typeof enrollmentTokens.$inferSelect;

export function insertEnrollmentToken(database: Database, row: EnrollmentTokenRow) {
  return database.insert(enrollmentTokens).values(row);
}

/**
 * A new host, if the token is good. Nothing happens when the installation has a host in the token's organisation
 * already. `newHost.id` in the table afterwards is the proof that the token was used.
 */
export function insertHost(
  database: Database,
  newHost: Pick<HostRow, 'id' | 'name' | 'labels' | 'installId' | 'secretHash' | 'createdAt'>,
  tokenHash: string,
  hostsPerHub: number,
) {
  const now = newHost.createdAt;
  const labels = JSON.stringify(newHost.labels);
  return database.run(sql`
    INSERT INTO hosts (id, org_id, name, labels, install_id, secret_hash, hub, status, status_changed_at, created_at)
    SELECT ${newHost.id}, t.org_id, ${newHost.name}, json_patch(${labels}, t.labels), ${newHost.installId},
           ${newHost.secretHash},
           (SELECT count(*) FROM hosts h WHERE h.org_id = t.org_id) / ${hostsPerHub},
           'offline', ${now}, ${now}
    FROM enrollment_tokens t
    WHERE t.token_hash = ${tokenHash} AND t.uses_left > 0 AND t.expires_at > ${now}
    ON CONFLICT (org_id, install_id) DO NOTHING`);
}

/** Takes one use of the token if `hostId` was enrolled. */
export function spendEnrollmentToken(database: Database, tokenHash: string, hostId: string) {
  return database
    .update(enrollmentTokens)
    .set({ usesLeft: sql`uses_left - 1` })
    .where(
      and(
        eq(enrollmentTokens.tokenHash, tokenHash),
        sql`EXISTS (SELECT 1 FROM hosts WHERE id = ${hostId})`,
      ),
    );
}

/** The hosts of an installation in the organisation of a token, whether or not the token can still be used. */
export function selectInstallation(database: Database, tokenHash: string, installId: string) {
  return database
    .select({ id: hosts.id, name: hosts.name, secretHash: hosts.secretHash })
    .from(hosts)
    .innerJoin(enrollmentTokens, eq(enrollmentTokens.orgId, hosts.orgId))
    .where(and(eq(enrollmentTokens.tokenHash, tokenHash), eq(hosts.installId, installId)));
}

/** Where the link of the host with this secret belongs. */
export function selectHostBySecret(database: Database, secretHash: string) {
  return database
    .select({ id: hosts.id, orgId: hosts.orgId, hub: hosts.hub })
    .from(hosts)
    .where(eq(hosts.secretHash, secretHash));
}

/** Who speaks in a sync: the host with the secret, as the process and message that the row accepted last. */
export interface Speaker {
  secretHash: string;
  epoch: number;
  processId: string;
  seq: number;
}

/** The id of the host that `speaker` may speak for; no row when a newer process or message was accepted. */
export function hostOf(speaker: Speaker): SQL {
  return sql`(SELECT id FROM hosts WHERE secret_hash = ${speaker.secretHash} AND epoch = ${speaker.epoch}
    AND process_id = ${speaker.processId} AND seq <= ${speaker.seq})`;
}

/**
 * Takes over what a sync says of its host, if it is the newest and says something new: a greater epoch, or an equal
 * one of the same process. An unchanged sync writes no row.
 */
export function recordSync(database: Database, speaker: Speaker, sync: SyncRequest, now: number) {
  return database
    .update(hosts)
    .set({
      epoch: speaker.epoch,
      processId: speaker.processId,
      seq: speaker.seq,
      agentVersion: sync.agent_version,
      heldRevision: sync.desired_revision,
      status: 'online',
      statusChangedAt: sql`CASE WHEN status = 'online' THEN status_changed_at ELSE ${now} END`,
      // Without the observation itself its hash must not count as known.
      ...(sync.observed
        ? { observedHash: sync.observed_hash, inventory: sync.observed.inventory }
        : {}),
    })
    .where(
      and(
        eq(hosts.secretHash, speaker.secretHash),
        or(
          lt(hosts.epoch, speaker.epoch),
          and(
            eq(hosts.epoch, speaker.epoch),
            eq(hosts.processId, speaker.processId),
            lte(hosts.seq, speaker.seq),
          ),
        ),
        or(
          lt(hosts.epoch, speaker.epoch),
          ne(hosts.heldRevision, sync.desired_revision),
          eq(hosts.status, 'offline'),
          sync.observed
            ? or(isNull(hosts.observedHash), ne(hosts.observedHash, sync.observed_hash))
            : undefined,
        ),
      ),
    );
}

/** What the host of a secret had so far. Goes before `recordSync`. */
export function selectInventory(database: Database, secretHash: string) {
  return database
    .select({ inventory: hosts.inventory })
    .from(hosts)
    .where(eq(hosts.secretHash, secretHash));
}

/** The host of a secret as the sync left it, with the era of the database. */
export function selectSyncedHost(database: Database, secretHash: string) {
  return database
    .select({
      id: hosts.id,
      orgId: hosts.orgId,
      hub: hosts.hub,
      epoch: hosts.epoch,
      processId: hosts.processId,
      seq: hosts.seq,
      observedHash: hosts.observedHash,
      desiredRevision: hosts.desiredRevision,
      statusChangedAt: hosts.statusChangedAt,
      era: settings.value,
    })
    .from(hosts)
    .innerJoin(settings, eq(settings.key, 'era'))
    .where(eq(hosts.secretHash, secretHash));
}

/** Ordered by id: at most `limit` rows after `after`. */
export function selectHosts(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return database
    .select()
    .from(hosts)
    .where(and(eq(hosts.orgId, orgId), after === undefined ? undefined : gt(hosts.id, after)))
    .orderBy(asc(hosts.id))
    .limit(limit);
}

export function selectHost(database: Database, orgId: string, id: string) {
  return database
    .select()
    .from(hosts)
    .where(and(eq(hosts.orgId, orgId), eq(hosts.id, id)));
}

export function selectAllHosts(database: Database, orgId: string) {
  return database.select().from(hosts).where(eq(hosts.orgId, orgId)).orderBy(asc(hosts.id));
}

const hostsOfOrg = (database: Database, orgId: string) =>
  database.select({ id: hosts.id }).from(hosts).where(eq(hosts.orgId, orgId));

export function selectClaims(database: Database, orgId: string, hostIds?: readonly string[]) {
  return database
    .select()
    .from(claims)
    .where(
      hostIds
        ? inArray(claims.hostId, [...hostIds])
        : inArray(claims.hostId, hostsOfOrg(database, orgId)),
    );
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

/** Hands the claims of an instance on a host, but for its port, on to its next generation. */
export function inheritClaims(
  database: Database,
  held: Pick<ClaimRow, 'hostId' | 'instanceId'>,
  generation: number,
) {
  return database
    .update(claims)
    .set({ generation })
    .where(
      and(
        eq(claims.hostId, held.hostId),
        eq(claims.instanceId, held.instanceId),
        sql`resource NOT LIKE 'port:%'`,
      ),
    );
}

/** Counts a change of what shall run on a host; gives what its doorbell must say. */
export function bumpDesiredRevision(database: Database, hostId: string) {
  return database
    .update(hosts)
    .set({ desiredRevision: sql`desired_revision + 1` })
    .where(eq(hosts.id, hostId));
}

/** What the doorbells of these hosts must say. */
export function selectBells(database: Database, hostIds: readonly string[]) {
  return database
    .select({
      orgId: hosts.orgId,
      hostId: hosts.id,
      hub: hosts.hub,
      revision: hosts.desiredRevision,
    })
    .from(hosts)
    .where(inArray(hosts.id, [...hostIds]));
}

/** True (in SQL) while the host takes new work. */
export function takesWork(hostId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM hosts WHERE id = ${hostId} AND schedulable = 1 AND status = 'online')`;
}

/** Hosts whose silence the hub noticed. What they observed counts as unknown, so that they send it anew. */
export function markOffline(
  database: Database,
  orgId: string,
  ids: readonly string[],
  now: number,
) {
  return database
    .update(hosts)
    .set({ status: 'offline', statusChangedAt: now, observedHash: null })
    .where(and(eq(hosts.orgId, orgId), inArray(hosts.id, [...ids]), eq(hosts.status, 'online')))
    .returning({ id: hosts.id, name: hosts.name });
}

/** Every hub that holds hosts, in a stable order. */
export function selectHubs(database: Database) {
  return database
    .selectDistinct({ orgId: hosts.orgId, hub: hosts.hub })
    .from(hosts)
    .orderBy(asc(hosts.orgId), asc(hosts.hub));
}

/** What the doorbells of the hosts must say that are online and hold less than they shall. */
export function selectHostsBehind(database: Database, limit: number) {
  return database
    .select({
      orgId: hosts.orgId,
      hostId: hosts.id,
      hub: hosts.hub,
      revision: hosts.desiredRevision,
    })
    .from(hosts)
    .where(and(eq(hosts.status, 'online'), sql`held_revision < desired_revision`))
    .limit(limit);
}

export function deleteBarsBefore(database: Database, before: number) {
  return database.delete(barredPorts).where(lt(barredPorts.until, before));
}
