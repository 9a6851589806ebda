import type { TokenRole } from '../../../contract/access.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Member } from '../../../contract/people.ts';
import { guard, write } from '../../db/batch.ts';
import { toTime } from '../../db/time.ts';
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
  const member = await readMember(scope, userId);
  await write(database, [
    ...(role === 'admin' ? [] : [keepsAnAdmin(scope, userId)]),
    ...scope.audit({
      resource: { kind: 'member', id: userId, name: member.email },
      before: { role: member.role },
      after: { role },
    }),
    { query: setMemberRole(database, orgId, userId, role) },
  ]);
  return { ...member, role };
}

/** From the next request on they are not let in. @throws as `changeMember` */
export async function removeMember(scope: Scope, userId: string): Promise<void> {
  const { database, orgId } = scope;
  const { email, role } = await readMember(scope, userId);
  await write(database, [
    keepsAnAdmin(scope, userId),
    ...scope.audit({
      resource: { kind: 'member', id: userId, name: email },
      before: { role },
      after: null,
      onlyIf: isMember(orgId, userId),
    }),
    { query: deleteMember(database, orgId, userId) },
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

async function readMember({ database, orgId }: Scope, userId: string): Promise<Member> {
  const [row] = await selectMember(database, orgId, userId);
  if (!row) throw new Failure('not_found', `There is no member "${userId}".`);
  return toMember(row);
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
