import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import type { Call } from '../audit/entry.ts';
import { auditStatements } from '../audit/write.ts';
import type { InvitationRow } from './store.ts';

/** The statements that write down that somebody came into an organisation by an invitation. */
export function membershipStatements(
  database: Database,
  call: Call,
  { id: userId, email, name }: { id: string; email: string; name: string },
  { id, orgId, role }: Pick<InvitationRow, 'id' | 'orgId' | 'role'>,
): Statement[] {
  return auditStatements(
    { database, orgId, actor: { kind: 'person', userId, email }, call },
    {
      resource: { kind: 'member', id: userId, name: email },
      before: null,
      after: { name, role },
      note: `By the invitation ${id}.`,
    },
  );
}
