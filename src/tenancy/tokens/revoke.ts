import { write } from '../../db/batch.ts';
import { toTime } from '../../db/time.ts';
import type { Scope } from '../scope.ts';
import { missingToken } from './read.ts';
import { isNotRevoked, revokeToken, selectToken } from './store.ts';

/** From the next request on the token is not let in. Said again it changes nothing. @throws Failure `not_found` */
export async function revoke(scope: Scope, id: string): Promise<void> {
  const { database, orgId, now } = scope;
  const [row] = await selectToken(database, orgId, id);
  if (!row) throw missingToken(id);
  await write(database, [
    ...scope.audit({
      resource: { kind: 'token', id, name: row.name },
      before: { revoked_at: null },
      after: { revoked_at: toTime(now) },
      onlyIf: isNotRevoked(orgId, id),
    }),
    { query: revokeToken(database, orgId, id, now) },
  ]);
}
