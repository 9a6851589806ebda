import { and, asc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { apiTokens } from '../../db/schema/index.ts';
import { limitOf } from '../orgs/store.ts';

export type TokenRow = typeof apiTokens.$inferSelect;

export function insertToken(database: Database, row: TokenRow) {
  return database.insert(apiTokens).values(row);
}

/** The token with that hash, if it may be let in at `now`. */
export function selectUsableToken(database: Database, tokenHash: string, now: number) {
  return database
    .select()
    .from(apiTokens)
    .where(
      and(
        eq(apiTokens.tokenHash, tokenHash),
        isNull(apiTokens.revokedAt),
        or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
      ),
    );
}

/** Writes down that a token was used, unless that stands there since `since`. */
export function noteTokenUse(database: Database, tokenHash: string, now: number, since: number) {
  return database
    .update(apiTokens)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(apiTokens.tokenHash, tokenHash),
        or(isNull(apiTokens.lastUsedAt), lt(apiTokens.lastUsedAt, since)),
      ),
    );
}

export function selectToken(database: Database, orgId: string, id: string) {
  return database
    .select()
    .from(apiTokens)
    .where(and(eq(apiTokens.orgId, orgId), eq(apiTokens.id, id)));
}

export interface TokenFilter {
  /** Those after this id. */
  after?: string | undefined;
  /** The id of whoever made them. */
  createdBy?: string | undefined;
}

/** Ordered by id: at most `limit` tokens. */
export function selectTokens(
  database: Database,
  orgId: string,
  { after, createdBy }: TokenFilter,
  limit: number,
) {
  return database
    .select()
    .from(apiTokens)
    .where(
      and(
        eq(apiTokens.orgId, orgId),
        after === undefined ? undefined : gt(apiTokens.id, after),
        createdBy === undefined ? undefined : isBy(createdBy),
      ),
    )
    .orderBy(asc(apiTokens.id))
    .limit(limit);
}

/** True (in SQL) of a token whose author, as `authorOf` writes them, is the actor with that id. */
function isBy(id: string): SQL {
  const end = `(${id})`;
  return sql`(${apiTokens.createdBy} = ${id} OR substr(${apiTokens.createdBy}, ${-end.length}) = ${end})`;
}

/** True (in SQL) while nobody has revoked the token. */
export function isNotRevoked(orgId: string, id: string): SQL {
  return sql`EXISTS (SELECT 1 FROM api_tokens
    WHERE org_id = ${orgId} AND id = ${id} AND revoked_at IS NULL)`;
}

/** Revoked once, it stays so since then. */
export function revokeToken(database: Database, orgId: string, id: string, now: number) {
  return database
    .update(apiTokens)
    .set({ revokedAt: now })
    .where(and(eq(apiTokens.orgId, orgId), eq(apiTokens.id, id), isNull(apiTokens.revokedAt)));
}

/** Takes away the tokens that were revoked or expired before `before`. */
export function deleteTokensEndedBefore(database: Database, before: number) {
  return database
    .delete(apiTokens)
    .where(or(lt(apiTokens.revokedAt, before), lt(apiTokens.expiresAt, before)));
}

/** True (in SQL) while the organisation may have one more token that is let in. */
export function hasRoomForToken(orgId: string, now: number): SQL {
  return sql`(SELECT count(*) FROM api_tokens WHERE org_id = ${orgId} AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > ${now})) < ${limitOf(orgId, 'maxTokens')}`;
}
