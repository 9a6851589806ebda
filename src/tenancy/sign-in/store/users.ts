import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { accounts, users } from '../../../db/schema/index.ts';

export type UserRow = typeof users.$inferSelect;
export type AccountRow = typeof accounts.$inferSelect;

export const passwordProvider = 'credential';
export const oidcProvider = 'oidc';

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

/** True (in SQL) while the user's password is still `hash`; null: while they have none. */
export function passwordIs(userId: string, hash: string | null): SQL {
  return sql`(SELECT password FROM accounts WHERE provider_id = ${passwordProvider}
    AND account_id = ${userId}) IS ${hash}`;
}
