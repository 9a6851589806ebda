import type { Database } from '../../db/client.ts';
import { type InvitationRow, selectOpenInvitation, selectSomeInvitationTo } from './store.ts';

/** Why somebody whom the identity provider knows does not come in by an invitation; the sign-in page has words for each. */
export type NoWayIn =
  | 'email_not_verified'
  | 'not_invited'
  | 'invitation_not_opened'
  | 'invalid_code'
  | 'invitation_of_another';

/**
 * The invitation that somebody signs in to accept: the one whose link they opened. That others wait for the address lets
 * nobody in: anybody may invite anybody, and who just signs in has said yes to none.
 * @param codeHash of the link's code; null: they came without one
 */
export async function findInvitation(
  database: Database,
  { email, emailVerified }: { email: string; emailVerified: boolean },
  codeHash: string | null,
  now: number,
): Promise<InvitationRow | NoWayIn> {
  if (!emailVerified) return 'email_not_verified';
  if (codeHash === null) {
    const [waiting] = await selectSomeInvitationTo(database, email, now);
    return waiting ? 'invitation_not_opened' : 'not_invited';
  }
  const [invitation] = await selectOpenInvitation(database, codeHash, now);
  if (!invitation) return 'invalid_code';
  return invitation.email === email ? invitation : 'invitation_of_another';
}
