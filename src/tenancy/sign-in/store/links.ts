import { eq, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { signInLinks, users } from '../../../db/schema/index.ts';

export function insertSignInLink(database: Database, row: typeof signInLinks.$inferInsert) {
  return database.insert(signInLinks).values(row);
}

export function selectLinkedUser(database: Database, codeHash: string) {
  return database
    .select({ user: users })
    .from(signInLinks)
    .innerJoin(users, eq(users.id, signInLinks.userId))
    .where(eq(signInLinks.codeHash, codeHash));
}

export function deleteSignInLink(database: Database, codeHash: string) {
  return database.delete(signInLinks).where(eq(signInLinks.codeHash, codeHash));
}

/** True (in SQL) while the link can be used. */
export function isLinkOpen(codeHash: string, now: number): SQL {
  return sql`EXISTS (SELECT 1 FROM sign_in_links WHERE code_hash = ${codeHash} AND expires_at > ${now})`;
}

export function deleteSignInLinksEndedBefore(database: Database, before: number) {
  return database.delete(signInLinks).where(lte(signInLinks.expiresAt, before));
}
