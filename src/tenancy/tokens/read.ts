import type { ApiToken } from '../../../contract/access.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Scope } from '../scope.ts';
import { toApiToken } from './model.ts';
import { selectToken, selectTokens, type TokenFilter } from './store.ts';

/** @throws Failure `not_found` */
export async function getToken({ database, orgId, now }: Scope, id: string): Promise<ApiToken> {
  const [row] = await selectToken(database, orgId, id);
  if (!row) throw missingToken(id);
  return toApiToken(row, now);
}

/** At most `limit` of the tokens that the filter lets through. */
export async function listTokens(
  { database, orgId, now }: Scope,
  filter: TokenFilter,
  limit: number,
): Promise<ApiToken[]> {
  const rows = await selectTokens(database, orgId, filter, limit);
  return rows.map((row) => toApiToken(row, now));
}

export function missingToken(id: string): Failure {
  return new Failure('not_found', `There is no token "${id}".`);
}
