import { Failure } from '../../../contract/failure.ts';
import type { InvitationAcceptance } from '../../../contract/people.ts';
import { guard, type Statement, write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import type { Call } from '../audit/entry.ts';
import { sha256 } from '../hash.ts';
import { newSession, type Visitor } from '../sessions/open.ts';
import { deleteSession, insertSession } from '../sessions/store.ts';
import { invalidCode, type Opened } from '../sign-in/link.ts';
import { passwordAccount } from '../sign-in/password.ts';
import {
  insertAccount,
  insertUser,
  selectUserByEmail,
  type UserRow,
} from '../sign-in/store/users.ts';
import { join } from './admit.ts';
import {
  deleteInvitationByHash,
  type InvitationRow,
  isInvitationOpen,
  selectOpenInvitation,
} from './store.ts';

/**
 * Accepts an invitation, which is used up, for the person whom it names, and opens a session. Who has an account must
 * be signed in (`signedIn`, whose session the new one follows); who has none gets one.
 * @throws Failure `invalid_code`; `unauthorized` where the account is there and another or nobody is signed in;
 * `invalid_request` where name or password lack; `conflict` for a member
 */
export async function acceptInvitation(
  database: Database,
  input: InvitationAcceptance,
  signedIn: { userId: string; sessionId: string } | null,
  visitor: Visitor,
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
  const { token, row: session } = await newSession(user.id, visitor, now);
  const [member, ...told] = join(database, user, invitation, call, now);
  await write(database, [
    guard(database, isInvitationOpen(codeHash, now), invalidCode()),
    ...make,
    {
      ...member,
      refusal: new Failure('conflict', 'You are a member of this organisation already.'),
    },
    ...told,
    { query: deleteInvitationByHash(database, codeHash) },
    ...(signedIn ? [{ query: deleteSession(database, signedIn.userId, signedIn.sessionId) }] : []),
    { query: insertSession(database, session) },
  ]);
  return { token, session, user };
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
