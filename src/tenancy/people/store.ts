import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { members, users } from '../../db/schema/index.ts';

const fields = {
  user: users,
  /** A JSON list. */
  orgIds: sql<string>`(SELECT json_group_array(m.org_id) FROM members m WHERE m.user_id = ${users.id})`,
};

/** Ordered by id: at most `limit` people after the id `after`, or whoever has that address. */
export function selectPeople(
  database: Database,
  { email, after }: { email?: string | undefined; after?: string | undefined },
  limit: number,
) {
  return database
    .select(fields)
    .from(users)
    .where(
      and(
        email === undefined ? undefined : eq(users.email, email),
        after === undefined ? undefined : gt(users.id, after),
      ),
    )
    .orderBy(asc(users.id))
    .limit(limit);
}

export function selectPersonById(database: Database, userId: string) {
  return database.select(fields).from(users).where(eq(users.id, userId));
}

/** Where the user belongs, and as what. */
export function selectMemberships(database: Database, userId: string) {
  return database
    .select({ orgId: members.orgId, role: members.role })
    .from(members)
    .where(eq(members.userId, userId));
}

/** With it go its accounts, sessions and memberships. */
export function deleteUser(database: Database, userId: string) {
  return database.delete(users).where(eq(users.id, userId));
}

/** True (in SQL) while there is the user, and the user belongs to as many organisations. */
export function belongsToSoMany(userId: string, count: number): SQL {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId})
    AND (SELECT count(*) FROM members WHERE user_id = ${userId}) = ${count}`;
}

/** True (in SQL) while the user has the platform administrator's role. */
export function hasPlatformRole(userId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND platform)`;
}
