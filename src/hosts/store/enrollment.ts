import { and, asc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { enrollmentTokens, hosts } from '../../db/schema/index.ts';
import type { HostRow } from './hosts.ts';

export type EnrollmentTokenRow = typeof enrollmentTokens.$inferSelect;

export function insertEnrollmentToken(database: Database, row: EnrollmentTokenRow) {
  return database.insert(enrollmentTokens).values(row);
}

/** Ordered by id: at most `limit` rows after `after`. */
export function selectEnrollmentTokens(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return database
    .select()
    .from(enrollmentTokens)
    .where(
      and(
        eq(enrollmentTokens.orgId, orgId),
        after === undefined ? undefined : gt(enrollmentTokens.id, after),
      ),
    )
    .orderBy(asc(enrollmentTokens.id))
    .limit(limit);
}

function isToken(orgId: string, id: string) {
  return and(eq(enrollmentTokens.orgId, orgId), eq(enrollmentTokens.id, id));
}

export function selectEnrollmentToken(database: Database, orgId: string, id: string) {
  return database.select().from(enrollmentTokens).where(isToken(orgId, id));
}

/** True (in SQL) while there is the token. */
export function isEnrollmentToken(orgId: string, id: string): SQL {
  return sql`EXISTS (SELECT 1 FROM ${enrollmentTokens} WHERE ${isToken(orgId, id)})`;
}

export function deleteEnrollmentToken(database: Database, orgId: string, id: string) {
  return database.delete(enrollmentTokens).where(isToken(orgId, id));
}

/** Takes away tokens that expired before then. */
export function deleteExpiredTokens(database: Database, before: number) {
  return database.delete(enrollmentTokens).where(lt(enrollmentTokens.expiresAt, before));
}

/** A number behind a name has room in the longest that there is. */
const longestStem = 94;

/**
 * The name (in SQL) of a new host of the organisation `t.org_id`: `wanted` where no host there has it, else the first
 * of `wanted-2`, `wanted-3`, … that is free. Chosen by the very statement that takes it: none can come between.
 */
function freeName(wanted: string): SQL {
  return sql`(WITH RECURSIVE candidate (number, name) AS (
      SELECT 1, ${wanted}
      UNION ALL
      SELECT number + 1, ${wanted.slice(0, longestStem)} || '-' || (number + 1) FROM candidate
      WHERE EXISTS (SELECT 1 FROM hosts h WHERE h.org_id = t.org_id AND h.name = candidate.name)
    ) SELECT name FROM candidate ORDER BY number DESC LIMIT 1)`;
}

/**
 * A new host, if the token is good. Nothing happens when the installation has a host in the token's organisation
 * already. `newHost.id` in the table afterwards is the proof that the token was used. Its hub is the first that has room.
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
    SELECT ${newHost.id}, t.org_id, ${freeName(newHost.name)}, json_patch(${labels}, t.labels), ${newHost.installId},
           ${newHost.secretHash},
           coalesce(
             (SELECT h.hub FROM hosts h WHERE h.org_id = t.org_id
              GROUP BY h.hub HAVING count(*) < ${hostsPerHub} ORDER BY h.hub LIMIT 1),
             (SELECT max(h.hub) + 1 FROM hosts h WHERE h.org_id = t.org_id),
             0),
           'offline', ${now}, ${now}
    FROM enrollment_tokens t
    WHERE t.token_hash = ${tokenHash} AND t.uses_left > 0 AND t.expires_at > ${now}
    ON CONFLICT (org_id, install_id) DO NOTHING`);
}

/**
 * True (in SQL) unless the organisation of a good token has as many hosts as it may, and the installation is none of
 * them.
 */
export function hasRoomForHost(tokenHash: string, installId: string, now: number): SQL {
  return sql`NOT EXISTS (
    SELECT 1 FROM enrollment_tokens t JOIN orgs o ON o.id = t.org_id
    WHERE t.token_hash = ${tokenHash} AND t.uses_left > 0 AND t.expires_at > ${now}
      AND NOT EXISTS (SELECT 1 FROM hosts h WHERE h.org_id = t.org_id AND h.install_id = ${installId})
      AND (SELECT count(*) FROM hosts h WHERE h.org_id = t.org_id) >= o.max_hosts)`;
}

/** For the timeline of a new host. */
export const enrolledAs: SQL = sql`'Enrolled as "' || ${hosts.name} || '".'`;

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
    .select({
      id: hosts.id,
      name: hosts.name,
      secretHash: hosts.secretHash,
      revokedAt: hosts.revokedAt,
    })
    .from(hosts)
    .innerJoin(enrollmentTokens, eq(enrollmentTokens.orgId, hosts.orgId))
    .where(and(eq(enrollmentTokens.tokenHash, tokenHash), eq(hosts.installId, installId)));
}
