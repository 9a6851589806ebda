import {
  and,
  asc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  ne,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { SyncRequest } from '../../../contract/agent-protocol.ts';
import { byLot } from '../../db/by-lot.ts';
import type { Database } from '../../db/client.ts';
import { hosts, settings } from '../../db/schema/index.ts';

export type HostRow = typeof hosts.$inferSelect;

/** Who speaks in a sync: the host with the secret, as the process and message that the row accepted last. */
export interface Speaker {
  secretHash: string;
  epoch: number;
  processId: string;
  seq: number;
}

/** The id of the host that `speaker` may speak for; no row when a newer one was accepted, or the host is revoked. */
export function hostOf(speaker: Speaker): SQL {
  return sql`(SELECT id FROM hosts WHERE secret_hash = ${speaker.secretHash} AND epoch = ${speaker.epoch}
    AND process_id = ${speaker.processId} AND seq <= ${speaker.seq} AND revoked_at IS NULL)`;
}

/**
 * An epoch counts starts of an agent, and none starts so often between two messages. Whoever says more wants that no
 * later one can be said.
 */
export const longestLeap = 1_000_000;

/**
 * True (in SQL) for the host of a speaker whose word is the newest: a greater epoch, but no leap, or an equal one of the
 * same process. Of a revoked host no word is.
 */
export function isNewestWord(speaker: Speaker): SQL | undefined {
  return and(
    eq(hosts.secretHash, speaker.secretHash),
    isNull(hosts.revokedAt),
    or(
      and(lt(hosts.epoch, speaker.epoch), gte(hosts.epoch, speaker.epoch - longestLeap)),
      and(
        eq(hosts.epoch, speaker.epoch),
        eq(hosts.processId, speaker.processId),
        lte(hosts.seq, speaker.seq),
      ),
    ),
  );
}

/**
 * Takes over what a sync says of its host, if it is the newest and says something new. An unchanged sync writes no row.
 */
export function recordSync(
  database: Database,
  speaker: Speaker,
  sync: SyncRequest,
  heardFrom: string | null,
  now: number,
) {
  return database
    .update(hosts)
    .set({
      epoch: speaker.epoch,
      processId: speaker.processId,
      seq: speaker.seq,
      agentVersion: sync.agent_version,
      heldRevision: sync.desired_revision,
      heardFrom,
      status: 'online',
      statusChangedAt: sql`CASE WHEN status = 'online' THEN status_changed_at ELSE ${now} END`,
      // Without the observation itself its hash must not count as known.
      ...(sync.observed
        ? { observedHash: sync.observed_hash, inventory: sync.observed.inventory }
        : {}),
    })
    .where(
      and(
        isNewestWord(speaker),
        or(
          lt(hosts.epoch, speaker.epoch),
          ne(hosts.heldRevision, sync.desired_revision),
          ne(hosts.status, 'online'),
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
      name: hosts.name,
      revokedAt: hosts.revokedAt,
      rotationAskedAt: hosts.rotationAskedAt,
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
    .where(isAfter(orgId, after))
    .orderBy(asc(hosts.id))
    .limit(limit);
}

/** The ids (in SQL) of the hosts that `selectHosts` gives. */
export function idsOfPage(orgId: string, after: string | undefined, limit: number): SQL {
  return sql`(SELECT id FROM hosts WHERE ${isAfter(orgId, after)} ORDER BY id LIMIT ${limit})`;
}

function isAfter(orgId: string, after: string | undefined): SQL | undefined {
  return and(eq(hosts.orgId, orgId), after === undefined ? undefined : gt(hosts.id, after));
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

/** Counts a change of what shall run on a host; gives what its doorbell must say. */
export function bumpDesiredRevision(database: Database, hostId: string) {
  return database
    .update(hosts)
    .set({ desiredRevision: sql`desired_revision + 1` })
    .where(eq(hosts.id, hostId));
}

/** What a doorbell must say, and where it hangs. */
export const bell = {
  orgId: hosts.orgId,
  hostId: hosts.id,
  hub: hosts.hub,
  revision: hosts.desiredRevision,
};

/** What the doorbells of these hosts must say. */
export function selectBells(database: Database, hostIds: readonly string[]) {
  return database
    .select(bell)
    .from(hosts)
    .where(inArray(hosts.id, [...hostIds]));
}

/** True (in SQL) while the host takes new work. */
export function takesWork(hostId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM hosts WHERE id = ${hostId} AND schedulable = 1 AND status = 'online')`;
}

/** True (in SQL) for the hosts that are not held to be offline. */
export const isHeard: SQL = ne(hosts.status, 'offline');

/** True (in SQL) for the hosts that are held to be well. */
export const isOnline: SQL = eq(hosts.status, 'online');

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
    .where(and(eq(hosts.orgId, orgId), inArray(hosts.id, [...ids]), isHeard));
}

/** Hosts that lost their links and were not heard since. What they run is as it was. */
export function markSuspect(
  database: Database,
  orgId: string,
  ids: readonly string[],
  now: number,
) {
  return database
    .update(hosts)
    .set({ status: 'suspect', statusChangedAt: now })
    .where(and(eq(hosts.orgId, orgId), inArray(hosts.id, [...ids]), isOnline));
}

/** Every hub that holds hosts, in a stable order. Leaps from hub to hub in their index: reads one host of each. */
export function selectHubs(database: Database) {
  return database
    .select({ orgId: hosts.orgId, hub: hosts.hub })
    .from(hosts)
    .where(
      sql`${hosts.id} IN (
        WITH RECURSIVE leap(id, org_id, hub) AS (
          VALUES ('', '', -1)
          UNION ALL
          SELECT n.id, n.org_id, n.hub FROM leap CROSS JOIN hosts n ON n.id = (
            SELECT h.id FROM hosts h WHERE (h.org_id, h.hub) > (leap.org_id, leap.hub)
            ORDER BY h.org_id, h.hub LIMIT 1)
        ) SELECT id FROM leap)`,
    )
    .orderBy(asc(hosts.orgId), asc(hosts.hub));
}

/** What the doorbells of the hosts must say that are online and hold less than they shall. */
export function selectHostsBehind(database: Database, limit: number) {
  return database
    .select(bell)
    .from(hosts)
    .where(and(eq(hosts.status, 'online'), sql`held_revision < desired_revision`))
    .orderBy(byLot)
    .limit(limit);
}
