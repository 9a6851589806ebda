import { Failure } from '../../../contract/failure.ts';
import type { Database } from '../../db/client.ts';
import type { Actor } from '../actor.ts';
import { sha256 } from '../hash.ts';
import type { Place } from '../scope.ts';
import { noteTokenUse, selectUsableToken } from './store.ts';
import { isTokenText } from './text.ts';

/** `last_used_at` is not more exact than this: what only reads shall not write with each request. */
const useMs = 3_600_000;

export interface Identified {
  actor: Actor;
  orgId: string;
  place: Place;
  /** Writes down that the token was used; null where that is known already. */
  noteUse: (() => Promise<unknown>) | null;
}

/**
 * Whose API token this is: one request to the database, and none for what cannot be a token. One that was never made,
 * has expired or was revoked is refused with the same words.
 * @throws Failure `unauthorized`
 */
export async function identify(
  database: Database,
  token: string,
  now: number,
): Promise<Identified> {
  if (!isTokenText(token)) {
    throw new Failure('unauthorized', 'The token is mistyped or cut: its checksum is wrong.');
  }
  const tokenHash = await sha256(token);
  const [row] = await selectUsableToken(database, tokenHash, now);
  if (!row) throw unknownToken();
  const { id: tokenId, name, role, expiresAt, lastUsedAt } = row;
  const isStale = lastUsedAt === null || lastUsedAt < now - useMs;
  return {
    actor: { kind: 'token', tokenId, name, role, expiresAt },
    orgId: row.orgId,
    place: 'certain',
    noteUse: isStale ? async () => noteTokenUse(database, tokenHash, now, now - useMs) : null,
  };
}

/** For every token that is not let in. */
export function unknownToken(): Failure {
  return new Failure(
    'unauthorized',
    'The token is not one of this control plane, or not any more.',
  );
}
