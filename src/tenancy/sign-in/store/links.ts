import { eq, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { signInLinks, users } from '../../../db/schema/index.ts';

export type SignInLinkRow = typeof signInLinks.$inferSelect;

export function insertSignInLink(database: Database, row: SignInLinkRow) {
  return database.insert(signInLinks).values(row);
}

/** The link with that code, and the person whom it lets in; null: they are made with it. */
export function selectLink(database: Database, codeHash: string) {
  return database
    .select({ link: signInLinks, known: users })
    .from(signInLinks)
    .leftJoin(users, eq(users.email, signInLinks.email))
    .where(eq(signInLinks.codeHash, codeHash));
}

export function deleteSignInLink(database: Database, codeHash: string) {
  return database.delete(signInLinks).where(eq(signInLinks.codeHash, codeHash));
}

/** All that let in whoever has that address. */
export function deleteSignInLinksTo(database: Database, email: string) {
  return database.delete(signInLinks).where(eq(signInLinks.email, email));
}

/** True (in SQL) while the link can be used. */
export function isLinkOpen(codeHash: string, now: number): SQL {
  return sql`EXISTS (SELECT 1 FROM sign_in_links WHERE code_hash = ${codeHash} AND expires_at > ${now})`;
}

export function deleteSignInLinksEndedBefore(database: Database, before: number) {
  return database.delete(signInLinks).where(lte(signInLinks.expiresAt, before));
}
