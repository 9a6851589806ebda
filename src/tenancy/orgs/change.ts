import { Failure } from '../../../contract/failure.ts';
import type { Org, OrgChange } from '../../../contract/org.ts';
import { guard, type Statement, write } from '../../db/batch.ts';
import { lacksRole } from '../actor.ts';
import type { Scope } from '../scope.ts';
import { missingOrg } from './missing.ts';
import { nameTaken, toColumns, toOrg } from './model.ts';
import { orgOf } from './read.ts';
import { isNameFree, selectOrg, updateOrg } from './store.ts';

/**
 * Gives an organisation another name, or other limits; what is beyond a limit already stays. A name that another has is
 * refused to the platform administrator, who sees all; anybody else is not told that there is another.
 * @throws Failure `not_found`, `name_taken`; `forbidden` for limits from anybody but the platform administrator
 */
export async function changeOrg(scope: Scope, id: string, change: OrgChange): Promise<Org> {
  const { database, actor } = scope;
  const orgId = orgOf(scope, id);
  if (change.limits && actor.role !== 'platform') {
    throw new Failure('forbidden', `To set limits: ${lacksRole(actor, 'platform')}`);
  }
  const { name, limits } = change;
  const set = { ...(name === undefined ? {} : { name }), ...toColumns(limits) };
  const isEmpty = Object.keys(set).length === 0;
  const sees = actor.role === 'platform' && name !== undefined;
  const statements: Statement[] = [
    ...(sees ? [guard(database, isNameFree(name, orgId), nameTaken(name))] : []),
    ...(isEmpty ? [] : [{ query: updateOrg(database, orgId, set) }]),
  ];
  const [row] = await write(database, statements, selectOrg(database, orgId));
  if (!row) throw missingOrg(id);
  return toOrg(row);
}
