import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { newToken, sha256 } from '../hash.ts';
import { deleteOldestSessions, insertSession, type SessionRow } from './store.ts';

/** So long after its beginning a session ends, used or not. */
export const sessionSeconds = 7 * 24 * 3600;
/** So many a person may have: one more ends the oldest. So all of them fit on the page that lists them. */
export const mostSessions = 100;

/** A session that is not written yet. Its token goes into the cookie, and is nowhere else. */
export async function newSession(
  userId: string,
  { address, userAgent }: Call,
  now: number,
  byLink = false,
): Promise<{ token: string; row: SessionRow }> {
  const token = newToken('lss_');
  const row: SessionRow = {
    tokenHash: await sha256(token),
    id: newId('ses'),
    userId,
    byLink,
    ipAddress: address,
    userAgent,
    expiresAt: now + sessionSeconds * 1000,
    createdAt: now,
  };
  return { token, row };
}

/** The statements that open it. */
export function openingStatements(database: Database, row: SessionRow): Statement[] {
  return [{ query: insertSession(database, row) }, endOldest(database, row.userId)];
}

/** Ends what the person has too many of. It goes behind the statement that opens one more. */
export function endOldest(database: Database, userId: string): Statement {
  return { query: deleteOldestSessions(database, userId, mostSessions) };
}
