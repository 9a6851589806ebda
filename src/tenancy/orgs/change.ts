import { differences } from '../../../contract/differences.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Org, OrgChange } from '../../../contract/org.ts';
import { guard, write } from '../../db/batch.ts';
import { lacksRole } from '../actor.ts';
import type { Scope } from '../scope.ts';
import { missingOrg } from './missing.ts';
import { decidedOf, nameTaken, toColumns, toOrg } from './model.ts';
import { orgOf } from './read.ts';
import { isNameFree, isOrg, selectOrg, updateOrg } from './store.ts';

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
  const [before] = await selectOrg(database, orgId);
  if (!before) throw missingOrg(id);
  const after = { ...before, ...set };
  if (differences(decidedOf(before), decidedOf(after)).length === 0) return toOrg(before);
  const sees = actor.role === 'platform' && name !== undefined;
  const [row] = await write(
    database,
    [
      ...(sees ? [guard(database, isNameFree(name, orgId), nameTaken(name))] : []),
      ...scope.audit({
        orgId,
        resource: { kind: 'org', id: orgId, name: before.name },
        before: decidedOf(before),
        after: decidedOf(after),
        onlyIf: isOrg(orgId),
      }),
      { query: updateOrg(database, orgId, set) },
    ],
    selectOrg(database, orgId),
  );
  if (!row) throw missingOrg(id);
  return toOrg(row);
}
