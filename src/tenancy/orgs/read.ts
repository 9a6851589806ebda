import type { Org } from '../../../contract/org.ts';
import type { Database } from '../../db/client.ts';
import type { Scope } from '../scope.ts';
import { missingOrg } from './missing.ts';
import { toOrg } from './model.ts';
import { selectOrg } from './store.ts';

/** @throws Failure `not_found` */
export async function readOrg(database: Database, id: string): Promise<Org> {
  const [row] = await selectOrg(database, id);
  if (!row) throw missingOrg(id);
  return toOrg(row);
}

/**
 * The organisation `id`, as far as it is the caller's: the platform's are all, anybody else's is one.
 * @throws Failure `not_found`, whether it is another's or not there
 */
export function orgOf({ actor, orgId }: Scope, id: string): string {
  if (actor.role !== 'platform' && id !== orgId) throw missingOrg(id);
  return id;
}
