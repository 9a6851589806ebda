import { Failure } from '../../../contract/failure.ts';
import type { NewSignInLink, SignInLinkInput } from '../../../contract/people.ts';
import { guard, type Statement, write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { newId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import { newToken, sha256 } from '../hash.ts';
import { insertMember } from '../members/store.ts';
import { missingOrg } from '../orgs/missing.ts';
import type { Scope } from '../scope.ts';
import { newSession, type Visitor } from '../sessions/open.ts';
import { insertSession, type SessionRow } from '../sessions/store.ts';
import { deleteSignInLink, insertSignInLink, isLinkOpen, selectLinkedUser } from './store/links.ts';
import { insertUser, selectUserByEmail, setPlatform, type UserRow } from './store/users.ts';

/**
 * Makes a link that signs a person in, once and in a short time. The person, and their membership in the request's
 * organisation, are made where they are not there.
 * @throws Failure `not_found` without the organisation; LostRace when the same person is made at the same time
 */
export async function createSignInLink(
  scope: Scope,
  input: SignInLinkInput,
  origin: string,
): Promise<NewSignInLink> {
  const { database, orgId, now } = scope;
  const [known] = await selectUserByEmail(database, input.email);
  const user: UserRow = known ?? {
    id: newId('usr'),
    email: input.email,
    emailVerified: false,
    name: input.name ?? input.email,
    platform: input.platform ?? false,
    createdAt: now,
    updatedAt: now,
  };
  const code = newToken('lsl_');
  const expiresAt = now + input.expires_in_seconds * 1000;
  const make: Statement[] = known ? [] : [{ query: insertUser(database, user) }];
  const change: Statement[] =
    known && input.platform !== undefined && input.platform !== known.platform
      ? [{ query: setPlatform(database, known.id, input.platform, now) }]
      : [];
  const member = { orgId, userId: user.id, role: input.role, createdAt: now };
  await write(database, [
    ...make,
    ...change,
    { query: insertMember(database, member).onConflictDoNothing(), orphan: missingOrg(orgId) },
    {
      query: insertSignInLink(database, {
        codeHash: await sha256(code),
        userId: user.id,
        expiresAt,
      }),
    },
    ...scope.audit({
      resource: { kind: 'sign_in_link', id: user.id, name: user.email },
      before: null,
      after: {
        expires_at: toTime(expiresAt),
        ...(known ? {} : { role: input.role }),
        ...(input.platform === undefined ? {} : { platform: input.platform }),
      },
    }),
  ]);
  return { user_id: user.id, expires_at: toTime(expiresAt), url: `${origin}/sign-in#code=${code}` };
}

export interface Opened {
  /** For the cookie. */
  token: string;
  session: SessionRow;
  user: Pick<UserRow, 'id' | 'email' | 'name'>;
}

/** Opens a session by a link, which is used up. @throws Failure `invalid_code` */
export async function redeemSignInLink(
  database: Database,
  code: string,
  visitor: Visitor,
  now: number,
): Promise<Opened> {
  const codeHash = await sha256(code);
  const [row] = await selectLinkedUser(database, codeHash);
  if (!row) throw invalidCode();
  const { token, row: session } = await newSession(row.user.id, visitor, now, true);
  await write(database, [
    guard(database, isLinkOpen(codeHash, now), invalidCode()),
    { query: deleteSignInLink(database, codeHash) },
    { query: insertSession(database, session) },
  ]);
  return { token, session, user: row.user };
}

export function invalidCode(): Failure {
  return new Failure('invalid_code', 'The link was used already, has expired or was never made.');
}
