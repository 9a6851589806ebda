import { and, asc, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { invitations, users } from '../../db/schema/index.ts';

export type InvitationRow = typeof invitations.$inferSelect;

export function insertInvitation(database: Database, row: InvitationRow) {
  return database.insert(invitations).values(row);
}

export function selectOpenInvitation(database: Database, codeHash: string, now: number) {
  return database
    .select()
    .from(invitations)
    .where(and(eq(invitations.codeHash, codeHash), gt(invitations.expiresAt, now)));
}

/** Ordered by id: at most `limit` open ones after the id `after`. */
export function selectInvitations(
  database: Database,
  orgId: string,
  after: string | undefined,
  now: number,
  limit: number,
) {
  return database
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.orgId, orgId),
        gt(invitations.expiresAt, now),
        after === undefined ? undefined : gt(invitations.id, after),
      ),
    )
    .orderBy(asc(invitations.id))
    .limit(limit);
}

/** The organisation's open ones to a user's address. */
export function selectInvitationsTo(
  database: Database,
  orgId: string,
  userId: string,
  now: number,
) {
  return database
    .select({ id: invitations.id })
    .from(invitations)
    .innerJoin(users, and(eq(users.id, userId), eq(users.email, invitations.email)))
    .where(and(eq(invitations.orgId, orgId), gt(invitations.expiresAt, now)));
}

/** One of any organisation to that address, if there is one. */
export function selectSomeInvitationTo(database: Database, email: string, now: number) {
  return database
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(eq(invitations.email, email), gt(invitations.expiresAt, now)))
    .limit(1);
}

/** Also one that has expired. */
export function selectInvitation(database: Database, orgId: string, id: string) {
  return database
    .select()
    .from(invitations)
    .where(and(eq(invitations.orgId, orgId), eq(invitations.id, id)));
}

export function deleteInvitation(database: Database, orgId: string, id: string) {
  return database
    .delete(invitations)
    .where(and(eq(invitations.orgId, orgId), eq(invitations.id, id)));
}

/** True (in SQL) while there is the invitation. */
export function isInvitation(orgId: string, id: string): SQL {
  return sql`EXISTS (SELECT 1 FROM invitations WHERE org_id = ${orgId} AND id = ${id})`;
}

/** All of the organisation's to that address. */
export function deleteInvitationsTo(database: Database, orgId: string, email: string) {
  return database
    .delete(invitations)
    .where(and(eq(invitations.orgId, orgId), eq(invitations.email, email)));
}

export function deleteInvitationsEndedBefore(database: Database, before: number) {
  return database.delete(invitations).where(lte(invitations.expiresAt, before));
}

/** True (in SQL) while the invitation can be accepted. */
export function isInvitationOpen(codeHash: string, now: number): SQL {
  return sql`EXISTS (SELECT 1 FROM invitations WHERE code_hash = ${codeHash} AND expires_at > ${now})`;
}

/** True (in SQL) while the organisation may have one more open invitation. */
export function hasRoomForInvitation(orgId: string, now: number, most: number): SQL {
  return sql`(SELECT count(*) FROM invitations WHERE org_id = ${orgId} AND expires_at > ${now}) < ${most}`;
}
