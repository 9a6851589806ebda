import { and, eq, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { hosts } from '../../db/schema/index.ts';

function isHost(orgId: string, id: string) {
  return and(eq(hosts.orgId, orgId), eq(hosts.id, id));
}

/** True (in SQL) for the hosts whose word is taken. */
export const isTrusted: SQL = isNull(hosts.revokedAt);
export const isRevoked: SQL = isNotNull(hosts.revokedAt);

/** From the next message on the host is a stranger, which keeps its place. It counts as silent since now. */
export function revoke(database: Database, orgId: string, id: string, now: number) {
  return database
    .update(hosts)
    .set({
      revokedAt: now,
      rotationAskedAt: null,
      status: 'offline',
      statusChangedAt: sql`CASE status WHEN 'offline' THEN status_changed_at ELSE ${now} END`,
      lastSeenAt: sql`CASE status WHEN 'offline' THEN last_seen_at ELSE ${now} END`,
      observedHash: null,
    })
    .where(and(isHost(orgId, id), isTrusted));
}

export function unrevoke(database: Database, orgId: string, id: string) {
  return database
    .update(hosts)
    .set({ revokedAt: null })
    .where(and(isHost(orgId, id), isRevoked));
}

/** True (in SQL) for the hosts that may be asked for a new secret, and are not yet. */
export const isNotAsked: SQL = sql`(${hosts.rotationAskedAt} IS NULL AND ${hosts.revokedAt} IS NULL)`;

export function askForRotation(database: Database, orgId: string, id: string, now: number) {
  return database
    .update(hosts)
    .set({ rotationAskedAt: now })
    .where(and(isHost(orgId, id), isNotAsked));
}

/** True (in SQL) for the host that has this secret and is asked for another. */
export function awaitsSecretAfter(secretHash: string): SQL | undefined {
  return and(
    eq(hosts.secretHash, secretHash),
    isNotNull(hosts.rotationAskedAt),
    isNull(hosts.revokedAt),
  );
}

/** The new secret takes the place of the old one, which lets nobody in from then on. */
export function replaceSecret(
  database: Database,
  { from, to }: { from: string; to: string },
  now: number,
) {
  return database
    .update(hosts)
    .set({
      secretHash: to,
      retiredSecretHash: from,
      retiredUsedAt: null,
      retiredUsedFrom: null,
      secretChangedAt: now,
      rotationAskedAt: null,
    })
    .where(awaitsSecretAfter(from));
}

const bearer = {
  id: hosts.id,
  orgId: hosts.orgId,
  hub: hosts.hub,
  name: hosts.name,
  processId: hosts.processId,
  heardFrom: hosts.heardFrom,
  revokedAt: hosts.revokedAt,
  rotationAskedAt: hosts.rotationAskedAt,
  secretChangedAt: hosts.secretChangedAt,
  retiredSecretHash: hosts.retiredSecretHash,
};

/** Whom a secret belongs to. */
export function selectBearer(database: Database, secretHash: string) {
  return database.select(bearer).from(hosts).where(eq(hosts.secretHash, secretHash));
}

/** Whom a secret belonged to before the last rotation. */
export function selectFormerBearer(database: Database, secretHash: string) {
  return database
    .select({
      id: hosts.id,
      secretChangedAt: hosts.secretChangedAt,
      retiredUsedAt: hosts.retiredUsedAt,
    })
    .from(hosts)
    .where(eq(hosts.retiredSecretHash, secretHash));
}

/** Somebody came with the secret before, for the first time since `before`. */
export function noteRetiredUse(
  database: Database,
  secretHash: string,
  use: { from: string | null; at: number; before: number },
) {
  return database
    .update(hosts)
    .set({ retiredUsedAt: use.at, retiredUsedFrom: use.from })
    .where(
      and(
        eq(hosts.retiredSecretHash, secretHash),
        or(isNull(hosts.retiredUsedAt), lt(hosts.retiredUsedAt, use.before)),
      ),
    );
}
