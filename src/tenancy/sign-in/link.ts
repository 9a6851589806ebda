import { Failure } from '../../../contract/failure.ts';
import type { NewSignInLink, SignInLinkInput } from '../../../contract/people.ts';
import { guard, type Statement, write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import { type Call, platformAudit } from '../audit/entry.ts';
import { auditStatements } from '../audit/write.ts';
import { newToken, sha256 } from '../hash.ts';
import { deleteInvitationsTo } from '../invitations/store.ts';
import { insertMember, isNoMember } from '../members/store.ts';
import { missingOrg } from '../orgs/missing.ts';
import type { Scope } from '../scope.ts';
import { newSession, openingStatements } from '../sessions/open.ts';
import { deleteSessions, type SessionRow } from '../sessions/store.ts';
import { signInStatements } from './audit.ts';
import {
  deleteSignInLink,
  insertSignInLink,
  isLinkOpen,
  type SignInLinkRow,
  selectLink,
} from './store/links.ts';
import {
  deletePassword,
  insertUser,
  selectUserByEmail,
  setPlatform,
  type UserRow,
} from './store/users.ts';

/**
 * Makes a link that signs a person in, once and in a short time. What it gives them, it gives when it is redeemed; who
 * is not known yet is made then.
 * @throws Failure `not_found` without the organisation that it makes them a member of
 */
export async function createSignInLink(
  scope: Scope,
  input: SignInLinkInput,
  origin: string,
): Promise<NewSignInLink> {
  const { database, orgId, now } = scope;
  const [known] = await selectUserByEmail(database, input.email);
  const role = input.role ?? (known ? null : 'admin');
  const code = newToken('lsl_');
  const link: SignInLinkRow = {
    codeHash: await sha256(code),
    email: input.email,
    userId: known?.id ?? newId('usr'),
    name: known?.name ?? input.name ?? input.email,
    orgId: role && orgId,
    role,
    platform: input.platform ?? false,
    expiresAt: now + input.expires_in_seconds * 1000,
  };
  await write(database, [
    { query: insertSignInLink(database, link), orphan: missingOrg(orgId) },
    ...scope.audit({
      // No organisation learns of people who are not in it.
      orgId: platformAudit,
      resource: { kind: 'sign_in_link', id: null, name: link.email },
      before: null,
      after: {
        user_id: link.userId,
        ...(role ? { org_id: orgId, role } : {}),
        ...(link.platform ? { platform: true } : {}),
        expires_at: toTime(link.expiresAt),
      },
      note: known ? undefined : 'It makes the person.',
    }),
  ]);
  return {
    user_id: link.userId,
    known: known !== undefined,
    known_since: toTime(known?.createdAt ?? null),
    email_verified: known?.emailVerified ?? false,
    expires_at: toTime(link.expiresAt),
    url: `${origin}/sign-in#code=${code}`,
  };
}

export interface Opened {
  /** For the cookie. */
  token: string;
  session: SessionRow;
  user: Pick<UserRow, 'id' | 'email' | 'name'>;
}

/**
 * Opens a session by a link, which is used up, and gives what the link gives.
 * @throws Failure `invalid_code`; LostRace when the same person is made at the same time
 */
export async function redeemSignInLink(
  database: Database,
  code: string,
  call: Call,
  now: number,
): Promise<Opened> {
  const codeHash = await sha256(code);
  const [row] = await selectLink(database, codeHash);
  if (!row) throw invalidCode();
  const { link, known } = row;
  const user = known ?? newUser(link, now);
  const { token, row: session } = await newSession(user.id, call, now, true);
  await write(database, [
    guard(database, isLinkOpen(codeHash, now), invalidCode()),
    { query: deleteSignInLink(database, codeHash) },
    ...(known ? [] : [{ query: insertUser(database, user) }]),
    ...(link.platform && !user.platform ? raise(database, user, call, now) : []),
    ...admit(database, user, link, call, now),
    ...openingStatements(database, session),
    ...signInStatements(database, call, session),
  ]);
  return { token, session, user };
}

function newUser({ userId, email, name }: SignInLinkRow, now: number): UserRow {
  return {
    id: userId,
    email,
    // Whoever has the link has it from the platform administrator, not from a mailbox.
    emailVerified: false,
    name,
    platform: false,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * Makes somebody a platform administrator. Whatever lets anybody in as them goes first: an administrator of any
 * organisation can have made the account beforehand, by an invitation to an address that is not theirs.
 */
function raise(database: Database, user: UserRow, call: Call, now: number): Statement[] {
  return [
    { query: deleteSessions(database, user.id, null) },
    { query: deletePassword(database, user.id) },
    ...auditStatements(
      { database, orgId: platformAudit, actor: actorOf(user), call },
      {
        resource: { kind: 'person', id: user.id, name: user.email },
        before: { platform: false },
        after: { platform: true },
      },
    ),
    { query: setPlatform(database, user.id, true, now) },
  ];
}

/** Makes whoever redeems it the member that the link says; a member keeps their own role. */
function admit(
  database: Database,
  user: UserRow,
  { orgId, role }: SignInLinkRow,
  call: Call,
  now: number,
): Statement[] {
  if (orgId === null || role === null) return [];
  const { id: userId, email, name } = user;
  return [
    ...auditStatements(
      { database, orgId, actor: actorOf(user), call },
      {
        resource: { kind: 'member', id: userId, name: email },
        before: null,
        after: { name, role },
        note: 'By a sign-in link of the platform administrator.',
        onlyIf: isNoMember(orgId, email),
      },
    ),
    {
      query: insertMember(database, {
        orgId,
        userId,
        role,
        createdAt: now,
      }).onConflictDoNothing(),
    },
    { query: deleteInvitationsTo(database, orgId, email) },
  ];
}

function actorOf({ id: userId, email }: UserRow) {
  return { kind: 'person' as const, userId, email };
}

export function invalidCode(): Failure {
  return new Failure('invalid_code', 'The link was used already, has expired or was never made.');
}
