import { type Statement, write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import type { Call } from '../audit/entry.ts';
import { auditStatements } from '../audit/write.ts';
import { insertMember } from '../members/store.ts';
import { deleteInvitationByHash, type InvitationRow, selectInvitationsTo } from './store.ts';

/** Whether any organisation waits for whoever has this address. */
export async function isInvited(database: Database, email: string, now: number): Promise<boolean> {
  return (await selectInvitationsTo(database, email, now)).length > 0;
}

/** Makes somebody new, whose address is proven, a member wherever an invitation waits for it. */
export async function admitInvited(
  database: Database,
  user: { id: string; email: string },
  call: Call,
  now: number,
): Promise<void> {
  const open = await selectInvitationsTo(database, user.email, now);
  await write(
    database,
    open.flatMap((invitation) => [
      ...join(database, user, invitation, call, now),
      { query: deleteInvitationByHash(database, invitation.codeHash) },
    ]),
  );
}

/** The statements that make the person a member with the invitation's role, and tell it. */
export function join(
  database: Database,
  { id: userId, email }: { id: string; email: string },
  { orgId, role, createdBy }: InvitationRow,
  call: Call,
  now: number,
): [Statement, ...Statement[]] {
  return [
    { query: insertMember(database, { orgId, userId, role, createdAt: now }) },
    ...auditStatements(
      { database, orgId, actor: { kind: 'person', userId, email }, call },
      {
        resource: { kind: 'member', id: userId, name: email },
        before: null,
        after: { role },
        note: `Invited by ${createdBy}`,
      },
    ),
  ];
}
