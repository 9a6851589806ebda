import { Failure } from '../../../contract/failure.ts';
import type { Session } from '../../../contract/people.ts';
import { toTime } from '../../db/time.ts';
import type { Scope } from '../scope.ts';
import { mostSessions } from './open.ts';
import { deleteSession, deleteSessions, selectSessions } from './store.ts';

/** The caller's own sessions that are let in, the newest first. A program has none. */
export async function listSessions({ database, actor, now }: Scope): Promise<Session[]> {
  if (actor.kind !== 'person') return [];
  const rows = await selectSessions(database, actor.userId, now, mostSessions);
  return rows.map((row) => ({
    id: row.id,
    is_current: row.id === actor.sessionId,
    created_at: toTime(row.createdAt),
    expires_at: toTime(row.expiresAt),
    ip_address: row.ipAddress,
    user_agent: row.userAgent,
  }));
}

/** From the next request on it is not let in. @throws Failure `not_found` */
export async function endSession({ database, actor }: Scope, id: string): Promise<void> {
  const [gone] =
    actor.kind === 'person' ? await deleteSession(database, actor.userId, id) : [undefined];
  if (!gone) throw new Failure('not_found', `You have no session "${id}".`);
}

/** Signs the caller out everywhere, here too. */
export async function endSessions({ database, actor }: Scope): Promise<void> {
  if (actor.kind === 'person') await deleteSessions(database, actor.userId, null);
}
