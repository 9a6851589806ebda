import { and, asc, desc, eq, gt, lte, ne, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { members, sessions, users } from '../../db/schema/index.ts';

export type SessionRow = typeof sessions.$inferSelect;

export function insertSession(database: Database, row: SessionRow) {
  return database.insert(sessions).values(row);
}

/**
 * The person whose session that is, if it may be let in at `now`, and what they are in the organisation `orgId`; where
 * none is named, in the one that they have been in for longest. `orgId` and `memberRole` are null for whom is in none;
 * `memberships` counts all.
 */
export function selectPerson(
  database: Database,
  tokenHash: string,
  orgId: string | undefined,
  now: number,
) {
  return database
    .select({
      userId: users.id,
      email: users.email,
      name: users.name,
      platform: users.platform,
      sessionId: sessions.id,
      expiresAt: sessions.expiresAt,
      orgId: members.orgId,
      memberRole: members.role,
      memberships: sql<number>`(SELECT count(*) FROM members m WHERE m.user_id = ${users.id})`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(
      members,
      and(eq(members.userId, users.id), orgId === undefined ? undefined : eq(members.orgId, orgId)),
    )
    .where(and(eq(sessions.tokenHash, tokenHash), gt(sessions.expiresAt, now)))
    .orderBy(asc(members.createdAt), asc(members.orgId))
    .limit(1);
}

export function selectSession(database: Database, userId: string, id: string) {
  return database
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.id, id)));
}

/** Those that are let in at `now`, the newest first. */
export function selectSessions(database: Database, userId: string, now: number, limit: number) {
  return database
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.id))
    .limit(limit);
}

/** Where the sessions of who has this e-mail address were opened that are let in at `now`, the newest first. */
export function selectAddressesOf(database: Database, email: string, now: number, limit: number) {
  return database
    .select({ ipAddress: sessions.ipAddress })
    .from(users)
    .innerJoin(sessions, eq(sessions.userId, users.id))
    .where(and(eq(users.email, email), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.id))
    .limit(limit);
}

export function deleteSession(database: Database, userId: string, id: string) {
  return database
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
    .returning({ id: sessions.id });
}

export function deleteSessionByHash(database: Database, tokenHash: string) {
  return database.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
}

/** All of the user's, without the one to keep. */
export function deleteSessions(database: Database, userId: string, keptId: string | null) {
  return database
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), keptId === null ? undefined : ne(sessions.id, keptId)));
}

/** All of the user's but the newest `kept`. */
export function deleteOldestSessions(database: Database, userId: string, kept: number) {
  return database.delete(sessions).where(
    and(
      eq(sessions.userId, userId),
      sql`${sessions.id} <= (SELECT id FROM sessions WHERE user_id = ${userId}
        ORDER BY id DESC LIMIT 1 OFFSET ${kept})`,
    ),
  );
}

export function deleteSessionsEndedBefore(database: Database, before: number) {
  return database.delete(sessions).where(lte(sessions.expiresAt, before));
}
