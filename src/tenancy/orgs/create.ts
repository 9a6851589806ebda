import { Failure } from '../../../contract/failure.ts';
import type { Org } from '../../../contract/org.ts';
import { write } from '../../db/batch.ts';
import { newId } from '../../db/ids.ts';
import { platformAudit } from '../audit/entry.ts';
import type { Scope } from '../scope.ts';
import { toOrg } from './model.ts';
import { insertOrg, type OrgRow } from './store.ts';

/** @throws Failure `name_taken` */
export async function createOrg(scope: Scope, input: { name: string }): Promise<Org> {
  const row: OrgRow = {
    id: newId('org'),
    name: input.name,
    replacementHeldAt: null,
    createdAt: scope.now,
  };
  const org = toOrg(row);
  await write(scope.database, [
    ...scope.receipt(org),
    {
      query: insertOrg(scope.database, row),
      refusal: new Failure('name_taken', `There is an organisation "${input.name}" already.`, [
        { pointer: '/name', code: 'name_taken', detail: 'Choose another name.' },
      ]),
    },
    ...scope.audit({
      orgId: platformAudit,
      resource: { kind: 'org', id: org.id, name: org.name },
      before: null,
      after: { name: org.name },
    }),
  ]);
  return org;
}
