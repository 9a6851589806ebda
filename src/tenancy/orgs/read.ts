import type { Org } from '../../../contract/org.ts';
import type { Database } from '../../db/client.ts';
import { missingOrg } from './missing.ts';
import { toOrg } from './model.ts';
import { selectOrg } from './store.ts';

/** @throws Failure `not_found` */
export async function readOrg(database: Database, id: string): Promise<Org> {
  const [row] = await selectOrg(database, id);
  if (!row) throw missingOrg(id);
  return toOrg(row);
}
