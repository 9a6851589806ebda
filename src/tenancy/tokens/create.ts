import { type ApiTokenInput, type NewApiToken, reaches } from '../../../contract/access.ts';
import { Failure } from '../../../contract/failure.ts';
import { guard, write } from '../../db/batch.ts';
import { newId } from '../../db/ids.ts';
import { toTime } from '../../db/time.ts';
import { lacksRole } from '../actor.ts';
import { sha256 } from '../hash.ts';
import { missingOrg } from '../orgs/missing.ts';
import { limitReached } from '../orgs/model.ts';
import type { Scope } from '../scope.ts';
import { toApiToken } from './model.ts';
import { hasRoomForToken, insertToken, type TokenRow } from './store.ts';
import { newTokenText, shownPrefix } from './text.ts';

/**
 * Makes an API token of the organisation, with a role that is not above the caller's own. The token itself is in the
 * answer only.
 * @throws Failure `forbidden`, `limit_reached`, `not_found` without the organisation
 */
export async function createToken(scope: Scope, input: ApiTokenInput): Promise<NewApiToken> {
  const { database, orgId, actor, author, now } = scope;
  if (!reaches(actor.role, input.role)) {
    throw new Failure('forbidden', lacksRole(actor, input.role));
  }
  const token = newTokenText();
  const seconds = input.expires_in_seconds;
  const row: TokenRow = {
    tokenHash: await sha256(token),
    id: newId('tok'),
    orgId,
    name: input.name,
    role: input.role,
    prefix: shownPrefix(token),
    createdAt: now,
    createdBy: author,
    expiresAt: seconds === undefined ? null : now + seconds * 1000,
    lastUsedAt: null,
    revokedAt: null,
  };
  await write(database, [
    guard(database, hasRoomForToken(orgId, now), limitReached('tokens')),
    { query: insertToken(database, row), orphan: missingOrg(orgId) },
    ...scope.audit({
      resource: { kind: 'token', id: row.id, name: row.name },
      before: null,
      after: { name: row.name, role: row.role, expires_at: toTime(row.expiresAt) },
    }),
  ]);
  return { ...toApiToken(row, now), token };
}
