import type { Statement } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import type { BackendRecord } from './model.ts';

/** That a backend was made (`before` is null), changed, or deleted (`after` is null). */
export function auditBackend(
  scope: Scope,
  before: BackendRecord | null,
  after: BackendRecord | null,
): Statement[] {
  const record = after ?? before;
  if (!record) return [];
  return scope.audit({
    resource: { kind: 'backend', id: record.id, name: record.backendName },
    before: before && written(before),
    after: after && written(after),
  });
}

function written({ revision, definition }: BackendRecord) {
  return { revision, ...definition };
}
