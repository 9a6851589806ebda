import type { Scope } from '../scope.ts';
import { missingToken } from './read.ts';
import { revokeToken, selectToken } from './store.ts';

/** From the next request on the token is not let in. Said again it changes nothing. @throws Failure `not_found` */
export async function revoke({ database, orgId, now }: Scope, id: string): Promise<void> {
  const [, [row]] = await database.batch([
    revokeToken(database, orgId, id, now),
    selectToken(database, orgId, id),
  ]);
  if (!row) throw missingToken(id);
}
