import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { TokenRole } from '../../../contract/access.ts';
import type { Database } from '../../db/client.ts';
import { members, orgs, users } from '../../db/schema/index.ts';

export type MemberRow = typeof members.$inferSelect;

export function insertMember(database: Database, row: MemberRow) {
  return database.insert(members).values(row);
}

const fields = {
  userId: members.userId,
  email: users.email,
  name: users.name,
  role: members.role,
  createdAt: members.createdAt,
};

export function selectMember(database: Database, orgId: string, userId: string) {
  return database
    .select(fields)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.orgId, orgId), eq(members.userId, userId)));
}

/** Ordered by the user's id: at most `limit` members after `after`. */
export function selectMembers(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return database
    .select(fields)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(
      and(eq(members.orgId, orgId), after === undefined ? undefined : gt(members.userId, after)),
    )
    .orderBy(asc(members.userId))
    .limit(limit);
}

/** Where the user belongs, the longest first. */
export function selectOrgsOf(database: Database, userId: string) {
  return database
    .select({ id: orgs.id, name: orgs.name, role: members.role })
    .from(members)
    .innerJoin(orgs, eq(orgs.id, members.orgId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.orgId));
}

export function setMemberRole(database: Database, orgId: string, userId: string, role: TokenRole) {
  return database
    .update(members)
    .set({ role })
    .where(and(eq(members.orgId, orgId), eq(members.userId, userId)));
}

export function deleteMember(database: Database, orgId: string, userId: string) {
  return database.delete(members).where(and(eq(members.orgId, orgId), eq(members.userId, userId)));
}

/** True (in SQL) unless the user is the only one who administers the organisation. */
export function isNotLastAdmin(orgId: string, userId: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM members WHERE org_id = ${orgId} AND user_id = ${userId} AND role = 'admin')
    OR EXISTS (SELECT 1 FROM members WHERE org_id = ${orgId} AND user_id <> ${userId} AND role = 'admin')`;
}

/** True (in SQL) while nobody with that address is in the organisation. */
export function isNoMember(orgId: string, email: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM users u JOIN members m ON m.user_id = u.id AND m.org_id = ${orgId}
    WHERE u.email = ${email})`;
}

/** True (in SQL) while the user is in the organisation. */
export function isMember(orgId: string, userId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM members WHERE org_id = ${orgId} AND user_id = ${userId})`;
}
