import { type Org, type OrgInput, usualLimits } from '../../../contract/org.ts';
import { guard, write } from '../../db/batch.ts';
import { newId } from '../../db/ids.ts';
import { platformAudit } from '../audit/entry.ts';
import type { Scope } from '../scope.ts';
import { decidedOf, nameTaken, toColumns, toOrg } from './model.ts';
import { insertOrg, isNameFree, type OrgRow } from './store.ts';

/** @throws Failure `name_taken` */
export async function createOrg(scope: Scope, { name, limits }: OrgInput): Promise<Org> {
  const { hosts: maxHosts, deployments: maxDeployments, tokens: maxTokens } = usualLimits;
  const row: OrgRow = {
    id: newId('org'),
    name,
    replacementHeldAt: null,
    maxHosts,
    maxDeployments,
    maxTokens,
    ...toColumns(limits),
    deletingAt: null,
    createdAt: scope.now,
  };
  const org = toOrg(row);
  await write(scope.database, [
    ...scope.receipt(org),
    guard(scope.database, isNameFree(name, row.id), nameTaken(name)),
    { query: insertOrg(scope.database, row) },
    ...scope.audit({
      orgId: platformAudit,
      resource: { kind: 'org', id: org.id, name: org.name },
      before: null,
      after: decidedOf(row),
    }),
  ]);
  return org;
}
