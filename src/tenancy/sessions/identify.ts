import { Failure } from '../../../contract/failure.ts';
import { defaultOrgId } from '../../../contract/org.ts';
import type { Database } from '../../db/client.ts';
import type { Actor } from '../actor.ts';
import { sha256 } from '../hash.ts';
import { missingOrg } from '../orgs/missing.ts';
import type { Place } from '../scope.ts';
import { selectPerson } from './store.ts';

/** No organisation has this id: nothing is found in it. */
const nowhere = '';

/**
 * Whose session this is, and what they may in the organisation that the request names: one request to the database.
 * Who is in none acts nowhere, with the least role: only what is their own is let in then (see http/authorize.ts).
 * @throws Failure `unauthorized` for a session that was never opened, has expired or was ended, in the same words;
 * `not_found` for an organisation that they are not in, whether or not it is there
 */
export async function identifyPerson(
  database: Database,
  token: string,
  named: string | undefined,
  now: number,
): Promise<{ actor: Actor; orgId: string; place: Place }> {
  const [row] = await selectPerson(database, await sha256(token), named, now);
  if (!row) throw signedOut();
  const { userId, email, name, sessionId, expiresAt, memberRole } = row;
  const person = { kind: 'person' as const, userId, email, name, sessionId, expiresAt };
  const place: Place = named === undefined && row.memberships > 1 ? 'one_of_several' : 'certain';
  if (row.platform) {
    const orgId = named ?? row.orgId ?? defaultOrgId;
    return { actor: { ...person, role: 'platform' }, orgId, place };
  }
  if (row.orgId === null || memberRole === null) {
    if (named !== undefined) throw missingOrg(named);
    return { actor: { ...person, role: 'viewer' }, orgId: nowhere, place: 'nowhere' };
  }
  return { actor: { ...person, role: memberRole }, orgId: row.orgId, place };
}

/** For every session that is not let in. */
export function signedOut(): Failure {
  return new Failure('unauthorized', 'You are not signed in, or not any more: sign in again.');
}
