import { write } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import type { Call } from '../audit/entry.ts';
import { insertMember } from '../members/store.ts';
import { membershipStatements } from './audit.ts';
import { deleteInvitationByHash, selectInvitationsTo } from './store.ts';

/** Whether any organisation waits for whoever has this address. */
export async function isInvited(database: Database, email: string, now: number): Promise<boolean> {
  return (await selectInvitationsTo(database, email, now)).length > 0;
}

/** Makes somebody whose address is proven a member wherever an invitation waits for it. */
export async function admitInvited(
  database: Database,
  user: { id: string; email: string; name: string },
  call: Call,
  now: number,
): Promise<void> {
  const open = await selectInvitationsTo(database, user.email, now);
  await write(
    database,
    open.flatMap(({ id, orgId, role, codeHash }) => [
      ...membershipStatements(database, call, user, { id, orgId, role }),
      {
        query: insertMember(database, {
          orgId,
          userId: user.id,
          role,
          createdAt: now,
        }).onConflictDoNothing(),
      },
      { query: deleteInvitationByHash(database, codeHash) },
    ]),
  );
}
