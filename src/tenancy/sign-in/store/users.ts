import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { accounts, users } from '../../../db/schema/index.ts';

export type UserRow = typeof users.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;

export const passwordProvider = 'credential';
/** The identity provider, as the library calls it. */
export const oidcProvider = 'oidc';

/** The provider as accounts name it: another issuer is another one. */
export function providerOf(issuer: string): string {
  return `${oidcProvider}:${issuer}`;
}

export function insertUser(database: Database, row: UserRow) {
  return database.insert(users).values(row);
}

export function insertAccount(database: Database, row: AccountRow) {
  return database.insert(accounts).values(row);
}

export function selectUserByEmail(database: Database, email: string) {
  return database.select().from(users).where(eq(users.email, email));
}

export function setPlatform(database: Database, userId: string, platform: boolean, now: number) {
  return database.update(users).set({ platform, updatedAt: now }).where(eq(users.id, userId));
}

export function selectAccounts(database: Database, userId: string) {
  return database.select().from(accounts).where(eq(accounts.userId, userId));
}

/** Accounts from before the issuer stood in their rows become those of the one that people sign in at. */
export function adoptAccounts(database: Database, issuer: string) {
  return database
    .update(accounts)
    .set({ providerId: providerOf(issuer) })
    .where(eq(accounts.providerId, oidcProvider));
}

export function selectUser(database: Database, id: string) {
  return database.select().from(users).where(eq(users.id, id));
}

/** Sets the password, or changes it. */
export function setPassword(database: Database, row: AccountRow) {
  return database
    .insert(accounts)
    .values(row)
    .onConflictDoUpdate({
      target: [accounts.providerId, accounts.accountId],
      set: { password: row.password, updatedAt: row.updatedAt },
    });
}

export function deletePassword(database: Database, userId: string) {
  return database
    .delete(accounts)
    .where(and(eq(accounts.providerId, passwordProvider), eq(accounts.accountId, userId)));
}

/** True (in SQL) while the user's password is still `hash`; null: while they have none. */
export function passwordIs(userId: string, hash: string | null): SQL {
  return sql`(SELECT password FROM accounts WHERE provider_id = ${passwordProvider}
    AND account_id = ${userId}) IS ${hash}`;
}
