import { reaches } from '../../../contract/access.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Invitation, InvitationInput, NewInvitation } from '../../../contract/people.ts';
import { guard, write } from '../../db/batch.ts';
import { newId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import { lacksRole } from '../actor.ts';
import { newToken, sha256 } from '../hash.ts';
import { isNoMember } from '../members/store.ts';
import { missingOrg } from '../orgs/missing.ts';
import type { Scope } from '../scope.ts';
import {
  deleteInvitation,
  hasRoomForInvitation,
  type InvitationRow,
  insertInvitation,
  isInvitation,
  selectInvitation,
  selectInvitations,
} from './store.ts';

const invitationMs = 7 * 24 * 3_600_000;
/** So many open ones an organisation may have. */
const maxInvitations = 100;

/**
 * Invites somebody, by a link that is in the answer only, is good once and for a week.
 * @throws Failure `forbidden` for a role above the caller's; `already_member`; `limit_reached`; `not_found` without the
 * organisation
 */
export async function invite(
  scope: Scope,
  { email, role }: InvitationInput,
  origin: string,
): Promise<NewInvitation> {
  const { database, orgId, actor, author, now } = scope;
  if (!reaches(actor.role, role)) throw new Failure('forbidden', lacksRole(actor, role));
  const code = newToken('lsi_');
  const row: InvitationRow = {
    codeHash: await sha256(code),
    id: newId('inv'),
    orgId,
    email,
    role,
    createdAt: now,
    createdBy: author,
    expiresAt: now + invitationMs,
  };
  await write(database, [
    // It would let somebody back in who is taken out.
    guard(
      database,
      isNoMember(orgId, email),
      new Failure('already_member', `${email} is a member of the organisation.`),
    ),
    guard(
      database,
      hasRoomForInvitation(orgId, now, maxInvitations),
      new Failure(
        'limit_reached',
        `An organisation has at most ${maxInvitations} open invitations.`,
      ),
    ),
    { query: insertInvitation(database, row), orphan: missingOrg(orgId) },
    ...scope.audit({ resource: resourceOf(row), before: null, after: decidedOf(row) }),
  ]);
  return { ...toInvitation(row), url: `${origin}/invitation#code=${code}` };
}

/** At most `limit` open invitations after the id `after`. */
export async function listInvitations(
  { database, orgId, now }: Scope,
  after: string | undefined,
  limit: number,
): Promise<Invitation[]> {
  return (await selectInvitations(database, orgId, after, now, limit)).map(toInvitation);
}

/** Its link is good for nothing any more. @throws Failure `not_found`, also for one that was accepted */
export async function revokeInvitation(scope: Scope, id: string): Promise<void> {
  const { database, orgId } = scope;
  const [row] = await selectInvitation(database, orgId, id);
  const missing = new Failure('not_found', `There is no open invitation "${id}".`);
  if (!row) throw missing;
  await write(database, [
    // It may have been accepted since.
    guard(database, isInvitation(orgId, id), missing),
    ...scope.audit({ resource: resourceOf(row), before: decidedOf(row), after: null }),
    { query: deleteInvitation(database, orgId, id) },
  ]);
}

function resourceOf({ id, email: name }: InvitationRow) {
  return { kind: 'invitation' as const, id, name };
}

function decidedOf({ email, role, expiresAt }: InvitationRow) {
  return { email, role, expires_at: toTime(expiresAt) };
}

function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    created_at: toTime(row.createdAt),
    created_by: row.createdBy,
    expires_at: toTime(row.expiresAt),
  };
}
