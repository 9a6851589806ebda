import { Failure } from '../../../contract/failure.ts';
import type { InvitationAcceptance } from '../../../contract/people.ts';
import { guard, type Statement, write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { sha256 } from '../hash.ts';
import { insertMember } from '../members/store.ts';
import { newSession, openingStatements } from '../sessions/open.ts';
import { deleteSession } from '../sessions/store.ts';
import { invalidCode, type Opened } from '../sign-in/link.ts';
import { passwordAccount } from '../sign-in/password.ts';
import {
  insertAccount,
  insertUser,
  selectUserByEmail,
  type UserRow,
} from '../sign-in/store/users.ts';
import { membershipStatements } from './audit.ts';
import {
  deleteInvitationsTo,
  type InvitationRow,
  isInvitationOpen,
  selectOpenInvitation,
} from './store.ts';

/**
 * Accepts an invitation, which is used up, for the person whom it names, and opens a session. Who has an account must
 * be signed in (`signedIn`, whose session the new one follows); who has none gets one.
 * @throws Failure `invalid_code`; `unauthorized` where the account is there and another or nobody is signed in;
 * `invalid_request` where name or password lack; `already_member`
 */
export async function acceptInvitation(
  database: Database,
  input: InvitationAcceptance,
  signedIn: { userId: string; sessionId: string } | null,
  call: Call,
  now: number,
): Promise<Opened> {
  const codeHash = await sha256(input.code);
  const [invitation] = await selectOpenInvitation(database, codeHash, now);
  if (!invitation) throw invalidCode();
  const [known] = await selectUserByEmail(database, invitation.email);
  if (known && known.id !== signedIn?.userId) {
    throw new Failure(
      'unauthorized',
      `There is an account for ${invitation.email}: sign in as that one, then accept.`,
    );
  }
  const { user, make } = known
    ? { user: known, make: [] }
    : await newUser(database, invitation, input, now);
  const { token, row: session } = await newSession(user.id, call, now);
  await write(database, [
    ...acceptingStatements(database, call, user, invitation, now, make),
    ...(signedIn ? [{ query: deleteSession(database, signedIn.userId, signedIn.sessionId) }] : []),
    ...openingStatements(database, session),
  ]);
  return { token, session, user };
}

/**
 * The statements by which `user`, whom those of `make` make, accepts an invitation, if it is still open. The
 * organisation's other invitations to the address go along: none shall let a member in who was taken out.
 */
export function acceptingStatements(
  database: Database,
  call: Call,
  user: Pick<UserRow, 'id' | 'email' | 'name'>,
  invitation: InvitationRow,
  now: number,
  make: readonly Statement[] = [],
): Statement[] {
  const { codeHash, orgId, role, email } = invitation;
  return [
    guard(database, isInvitationOpen(codeHash, now), invalidCode()),
    ...make,
    {
      query: insertMember(database, { orgId, userId: user.id, role, createdAt: now }),
      refusal: new Failure('already_member', 'You are a member of this organisation already.'),
    },
    ...membershipStatements(database, call, user, invitation),
    { query: deleteInvitationsTo(database, orgId, email) },
  ];
}

async function newUser(
  database: Database,
  { email }: InvitationRow,
  { name, password }: InvitationAcceptance,
  now: number,
): Promise<{ user: UserRow; make: Statement[] }> {
  if (name === undefined || password === undefined) {
    const lacking = { name, password };
    throw new Failure(
      'invalid_request',
      `There is no account for ${email} yet: give a name and a password.`,
      Object.entries(lacking)
        .filter(([, value]) => value === undefined)
        .map(([key]) => ({ pointer: `/${key}`, code: 'required', detail: 'is needed' })),
    );
  }
  const user: UserRow = {
    id: newId('usr'),
    email,
    // Whoever has the link has it from an administrator, not from a mailbox.
    emailVerified: false,
    name,
    platform: false,
    createdAt: now,
    updatedAt: now,
  };
  const make = [
    { query: insertUser(database, user) },
    { query: insertAccount(database, await passwordAccount(user.id, password, now)) },
  ];
  return { user, make };
}
