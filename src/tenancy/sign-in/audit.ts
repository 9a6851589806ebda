import type { Statement } from '../../db/batch.ts';
import type { Database } from '../../db/client.ts';
import { toTime } from '../../db/time.ts';
import type { Call } from '../audit/entry.ts';
import { personStatements } from '../audit/write.ts';
import type { SessionRow } from '../sessions/store.ts';

/** The statements that write a sign-in down, for the batch that opens its session. */
export function signInStatements(
  database: Database,
  call: Call,
  { id, userId, expiresAt }: Pick<SessionRow, 'id' | 'userId' | 'expiresAt'>,
): Statement[] {
  return personStatements(database, call, userId, {
    resource: { kind: 'session', id },
    before: null,
    after: { expires_at: toTime(expiresAt) },
  });
}
