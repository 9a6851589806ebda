import type { SignedIn } from '../../../contract/people.ts';
import type { Database } from '../../db/client.ts';
import { toTime } from '../../db/time.ts';
import { sha256 } from '../hash.ts';
import { signedOut } from './identify.ts';
import { deleteSessionByHash, selectPerson } from './store.ts';

/** Who holds a session, whatever they belong to. */
export interface Holder {
  userId: string;
  sessionId: string;
  email: string;
  name: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** @throws Failure `unauthorized` */
export async function holderOf(database: Database, token: string, now: number): Promise<Holder> {
  const [row] = await selectPerson(database, await sha256(token), undefined, now);
  if (!row) throw signedOut();
  return row;
}

/** Ends the session of that token; one that is not there has ended. */
export async function endSessionOf(database: Database, token: string): Promise<void> {
  await deleteSessionByHash(database, await sha256(token));
}

export function toSignedIn({
  userId,
  email,
  name,
  expiresAt,
}: Omit<Holder, 'sessionId'>): SignedIn {
  return { user: { id: userId, email, name }, expires_at: toTime(expiresAt) };
}
