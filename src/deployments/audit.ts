import type { Statement } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import type { DeploymentRecord } from './model.ts';

/** What people decide of a deployment. */
type Written = Pick<DeploymentRecord, 'id' | 'revision' | 'stopped' | 'spec'>;

/** That a deployment was made (`before` is null) or changed. */
export function auditDeployment(
  scope: Scope,
  before: Written | null,
  after: Written,
  note?: string,
): Statement[] {
  return scope.audit({
    resource: { kind: 'deployment', id: after.id, name: after.spec.name },
    before: before && fieldsOf(before),
    after: fieldsOf(after),
    note,
  });
}

function fieldsOf({ revision, stopped, spec }: Written) {
  return { revision, stopped, ...spec };
}
