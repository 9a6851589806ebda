import { Failure } from '../../../contract/failure.ts';
import type { PasswordInput } from '../../../contract/people.ts';
import { guard, write } from '../../db/batch.ts';
import { newId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import type { Call } from '../audit/entry.ts';
import { personStatements } from '../audit/write.ts';
import type { Scope } from '../scope.ts';
import { deleteSessions, selectSession } from '../sessions/store.ts';
import { deleteSignInLinksTo } from './store/links.ts';
import {
  type AccountRow,
  passwordIs,
  passwordProvider,
  selectAccounts,
  setPassword,
} from './store/users.ts';

/** So long after a sign-in by link a password may be set without the one before. */
const afterLinkMs = 15 * 60_000;

/** Loaded by the first who needs it, as all of the library. */
function hashing() {
  return import('better-auth/crypto');
}

/** A password as the library keeps it. */
export async function passwordAccount(
  userId: string,
  password: string,
  now: number,
): Promise<AccountRow> {
  const { hashPassword } = await hashing();
  return {
    id: newId('acc'),
    userId,
    providerId: passwordProvider,
    accountId: userId,
    password: await hashPassword(password),
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Sets the caller's password, and ends all else that lets somebody in as them: other sessions, and sign-in links.
 * @throws Failure `sign_in_failed` where the current one is wrong or lacks; `forbidden` for who is no person
 */
export async function changePassword(
  { database, actor, now }: Scope,
  input: PasswordInput,
  call: Call,
): Promise<void> {
  if (actor.kind !== 'person') throw new Failure('forbidden', 'Only a person has a password.');
  const { userId, sessionId, email } = actor;
  const [rows, [session]] = await database.batch([
    selectAccounts(database, userId),
    selectSession(database, userId, sessionId),
  ]);
  const before = rows.find((row) => row.providerId === passwordProvider);
  const current = before?.password ?? null;
  const cameByLink = session?.byLink === true && session.createdAt > now - afterLinkMs;
  if (current !== null && !cameByLink) {
    const { verifyPassword } = await hashing();
    const given = input.current_password;
    if (given === undefined || !(await verifyPassword({ hash: current, password: given }))) {
      throw new Failure('sign_in_failed', 'The current password is wrong.');
    }
  }
  const account = await passwordAccount(userId, input.new_password, now);
  await write(database, [
    // Somebody else may have changed it meanwhile, to lock this one out.
    guard(database, passwordIs(userId, current)),
    { query: setPassword(database, account) },
    { query: deleteSessions(database, userId, sessionId) },
    { query: deleteSignInLinksTo(database, email) },
    ...personStatements(database, call, userId, {
      resource: { kind: 'person', id: userId },
      before: { password_set_at: toTime(before?.updatedAt ?? null) },
      after: { password_set_at: toTime(now) },
    }),
  ]);
}
