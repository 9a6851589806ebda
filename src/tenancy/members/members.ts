import type { TokenRole } from '../../../contract/access.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Member } from '../../../contract/people.ts';
import { guard, write } from '../../db/batch.ts';
import { toTime } from '../../db/time.ts';
import { deleteInvitationsTo, selectInvitationsTo } from '../invitations/store.ts';
import type { Scope } from '../scope.ts';
import {
  deleteMember,
  isMember,
  isNotLastAdmin,
  selectMember,
  selectMembers,
  setMemberRole,
} from './store.ts';

/** At most `limit` members of the organisation after the user `after`. */
export async function listMembers(
  { database, orgId }: Scope,
  after: string | undefined,
  limit: number,
): Promise<Member[]> {
  return (await selectMembers(database, orgId, after, limit)).map(toMember);
}

/** @throws Failure `not_found`; `last_admin` when nobody would administer the organisation any more */
export async function changeMember(scope: Scope, userId: string, role: TokenRole): Promise<Member> {
  const { database, orgId } = scope;
  const { member, note } = await readMember(scope, userId);
  if (role === member.role) return member;
  await write(database, [
    isStillThere(scope, userId),
    ...(role === 'admin' ? [] : [keepsAnAdmin(scope, userId)]),
    ...scope.audit({
      resource: { kind: 'member', id: userId, name: member.email },
      before: { role: member.role },
      after: { role },
      note,
    }),
    { query: setMemberRole(database, orgId, userId, role) },
    { query: deleteInvitationsTo(database, orgId, member.email) },
  ]);
  return { ...member, role };
}

/** From the next request on they are not let in. @throws as `changeMember` */
export async function removeMember(scope: Scope, userId: string): Promise<void> {
  const { database, orgId } = scope;
  const { member, note } = await readMember(scope, userId);
  const { email, name, role } = member;
  await write(database, [
    isStillThere(scope, userId),
    keepsAnAdmin(scope, userId),
    ...scope.audit({
      resource: { kind: 'member', id: userId, name: email },
      before: { name, role },
      after: null,
      note,
    }),
    { query: deleteMember(database, orgId, userId) },
    { query: deleteInvitationsTo(database, orgId, email) },
  ]);
}

/** The caller leaves the organisation. @throws Failure `not_found` for who is no member; `last_admin` */
export async function leave(scope: Scope): Promise<void> {
  const { actor } = scope;
  if (actor.kind !== 'person') {
    throw new Failure('not_found', 'Who calls is no member: it is no person.');
  }
  await removeMember(scope, actor.userId);
}

/** A member, and what the audit says of invitations that would let them back in as they were. */
async function readMember(
  { database, orgId, now }: Scope,
  userId: string,
): Promise<{ member: Member; note: string | undefined }> {
  const [[row], open] = await database.batch([
    selectMember(database, orgId, userId),
    selectInvitationsTo(database, orgId, userId, now),
  ]);
  if (!row) throw missingMember(userId);
  const ids = open.map(({ id }) => id).join(', ');
  return { member: toMember(row), note: ids ? `Taken back: ${ids}.` : undefined };
}

function isStillThere({ database, orgId }: Scope, userId: string) {
  return guard(database, isMember(orgId, userId), missingMember(userId));
}

function missingMember(userId: string): Failure {
  return new Failure('not_found', `There is no member "${userId}".`);
}

function keepsAnAdmin({ database, orgId }: Scope, userId: string) {
  return guard(
    database,
    isNotLastAdmin(orgId, userId),
    new Failure('last_admin', 'They are the only administrator of the organisation.'),
  );
}

function toMember(row: Awaited<ReturnType<typeof selectMember>>[number]): Member {
  return {
    user_id: row.userId,
    email: row.email,
    name: row.name,
    role: row.role,
    created_at: toTime(row.createdAt),
  };
}
