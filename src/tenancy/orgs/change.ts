import { differences } from '../../../contract/differences.ts';
import { Failure } from '../../../contract/failure.ts';
import type { Org, OrgChange } from '../../../contract/org.ts';
import { write } from '../../db/batch.ts';
import { lacksRole } from '../actor.ts';
import type { Scope } from '../scope.ts';
import { missingOrg } from './missing.ts';
import { decidedOf, nameTaken, toColumns, toOrg } from './model.ts';
import { orgOf } from './read.ts';
import { isOrg, selectOrg, updateOrg } from './store.ts';

/**
 * Gives an organisation another name, or other limits; what is beyond a limit already stays.
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
  const [row] = await write(
    database,
    [
      ...scope.audit({
        orgId,
        resource: { kind: 'org', id: orgId, name: before.name },
        before: decidedOf(before),
        after: decidedOf(after),
        onlyIf: isOrg(orgId),
      }),
      { query: updateOrg(database, orgId, set), refusal: nameTaken(name ?? '') },
    ],
    selectOrg(database, orgId),
  );
  if (!row) throw missingOrg(id);
  return toOrg(row);
}
