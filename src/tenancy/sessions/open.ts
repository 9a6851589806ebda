import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { newToken, sha256 } from '../hash.ts';
import type { SessionRow } from './store.ts';

/** So long after its beginning a session ends, used or not. */
export const sessionSeconds = 7 * 24 * 3600;

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
