import type { Me } from '../../contract/access.ts';
import { toTime } from '../db/time.ts';
import { readOrg } from './orgs/read.ts';
import type { Scope } from './scope.ts';

/** @throws Failure `not_found` when the organisation that the platform administrator names is not there */
export async function whoAmI({ database, orgId, actor, author }: Scope): Promise<Me> {
  const { id, name } = await readOrg(database, orgId);
  const token = actor.kind === 'token' ? actor : null;
  return {
    kind: actor.kind,
    name: author,
    role: actor.role,
    org: { id, name },
    token_id: token?.tokenId ?? null,
    expires_at: toTime(token?.expiresAt ?? null),
  };
}
