import { and, asc, count, eq, gt, inArray, notInArray, type SQL, sql } from 'drizzle-orm';
import { byLot } from '../../db/by-lot.ts';
import type { Database } from '../../db/client.ts';
import { secrets, secretUses } from '../../db/schema/index.ts';

export type SecretRow = typeof secrets.$inferSelect;

/** Sets a secret, made or changed. Gives its revision, 1 where it is new. */
export function upsertSecret(
  database: Database,
  row: Pick<SecretRow, 'orgId' | 'name' | 'keyId' | 'sealed' | 'createdAt'>,
) {
  const { keyId, sealed, createdAt: updatedAt } = row;
  return database
    .insert(secrets)
    .values({ ...row, revision: 1, updatedAt })
    .onConflictDoUpdate({
      target: [secrets.orgId, secrets.name],
      set: { keyId, sealed, updatedAt, revision: sql`${secrets.revision} + 1` },
    });
}

function readNames(json: string): string[] {
  return JSON.parse(json).sort();
}

const withUsers = {
  name: secrets.name,
  revision: secrets.revision,
  createdAt: secrets.createdAt,
  updatedAt: secrets.updatedAt,
  deployments: sql`(SELECT json_group_array(d.name) FROM secret_uses u
    JOIN deployments d ON d.id = u.deployment_id
    WHERE u.org_id = secrets.org_id AND u.name = secrets.name)`.mapWith(readNames),
  registries: sql`(SELECT json_group_array(r.server) FROM registries r
    WHERE r.org_id = secrets.org_id AND r.password_secret = secrets.name)`.mapWith(readNames),
};

export function selectSecret(database: Database, orgId: string, name: string) {
  return database
    .select(withUsers)
    .from(secrets)
    .where(and(eq(secrets.orgId, orgId), eq(secrets.name, name)));
}

/** Ordered by name: at most `limit` rows after the name `after`. */
export function selectSecrets(
  database: Database,
  orgId: string,
  after: string | undefined,
  limit: number,
) {
  return database
    .select(withUsers)
    .from(secrets)
    .where(and(eq(secrets.orgId, orgId), after === undefined ? undefined : gt(secrets.name, after)))
    .orderBy(asc(secrets.name))
    .limit(limit);
}

export function selectSecretNames(database: Database, orgId: string) {
  return database.select({ name: secrets.name }).from(secrets).where(eq(secrets.orgId, orgId));
}

export function deleteSecret(database: Database, orgId: string, name: string) {
  return database.delete(secrets).where(and(eq(secrets.orgId, orgId), eq(secrets.name, name)));
}

/** Notes that a deployment uses a secret. */
export function insertSecretUse(database: Database, row: typeof secretUses.$inferInsert) {
  return database.insert(secretUses).values(row).onConflictDoNothing();
}

/** A deployment uses none but these any more. */
export function deleteOtherSecretUses(
  database: Database,
  deploymentId: string,
  names: readonly string[],
) {
  return database
    .delete(secretUses)
    .where(and(eq(secretUses.deploymentId, deploymentId), notInArray(secretUses.name, [...names])));
}

/** Sealed anywhere with one of these keys; by lot, so that those that do not open keep no others from it. */
export function selectSealedWith(database: Database, keyIds: readonly string[], limit: number) {
  return database
    .select({
      orgId: secrets.orgId,
      name: secrets.name,
      keyId: secrets.keyId,
      sealed: secrets.sealed,
    })
    .from(secrets)
    .where(inArray(secrets.keyId, [...keyIds]))
    .orderBy(byLot)
    .limit(limit);
}

/** How many secrets each key seals. */
export function countByKey(database: Database) {
  return database
    .select({ keyId: secrets.keyId, count: count() })
    .from(secrets)
    .groupBy(secrets.keyId);
}

/** The same value under another key, unless it was set anew meanwhile. */
export function reseal(
  database: Database,
  row: Pick<SecretRow, 'orgId' | 'name'>,
  before: Pick<SecretRow, 'sealed'>,
  after: Pick<SecretRow, 'keyId' | 'sealed'>,
) {
  return database
    .update(secrets)
    .set(after)
    .where(
      and(
        eq(secrets.orgId, row.orgId),
        eq(secrets.name, row.name),
        eq(secrets.sealed, before.sealed),
      ),
    );
}

/** True (in SQL) while there is this secret. */
export function isSecret(orgId: string, name: string): SQL {
  return sql`EXISTS (SELECT 1 FROM secrets WHERE org_id = ${orgId} AND name = ${name})`;
}

/** True (in SQL) while the organisation may have this secret. */
export function hasRoomForSecret(orgId: string, name: string, most: number): SQL {
  return sql`EXISTS (SELECT 1 FROM secrets WHERE org_id = ${orgId} AND name = ${name})
    OR (SELECT count(*) FROM secrets WHERE org_id = ${orgId}) < ${most}`;
}

/** True (in SQL) where the secret is the password at a registry. */
export function isPassword(orgId: string, name: string): SQL {
  return sql`EXISTS (SELECT 1 FROM registries WHERE org_id = ${orgId} AND password_secret = ${name})`;
}
