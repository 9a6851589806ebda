import type {
  Backend,
  BackendDefinition,
  BackendRevision,
  BackendRevisionDetail,
} from '../../contract/backend.ts';
import { type Difference, differences } from '../../contract/differences.ts';
import { Failure } from '../../contract/failure.ts';
import { toTime } from '../db/time.ts';
import type { Scope } from '../tenancy/scope.ts';
import { builtInNamed } from './catalogue.ts';
import { changeBackend } from './change.ts';
import { nameKeyOf } from './model.ts';
import { getBackend } from './read.ts';
import { definitionOf } from './record.ts';
import { selectRevisions, selectRevisionsNamed } from './store.ts';

/** Newest first: at most `limit` revisions before `before`. @throws Failure `not_found` */
export async function listRevisions(
  scope: Scope,
  backendName: string,
  before: number | undefined,
  limit: number,
): Promise<BackendRevision[]> {
  const { record } = await getBackend(scope, backendName);
  if (record.id === null) return [];
  const rows = await selectRevisions(scope.database, record.id, before, limit);
  return rows.map(({ revision, author, createdAt }) => ({
    revision,
    author,
    created_at: toTime(createdAt),
  }));
}

/** @throws Failure `not_found` */
export async function getRevision(
  scope: Scope,
  backendName: string,
  revision: number,
): Promise<BackendRevisionDetail> {
  const [detail] = await readRevisions(scope, backendName, [revision]);
  if (!detail) throw noRevision(backendName, revision);
  return detail;
}

/** What changed from one revision to another. @throws Failure `not_found` */
export async function diffRevisions(
  scope: Scope,
  backendName: string,
  from: number,
  to: number,
): Promise<Difference[]> {
  const found = await readRevisions(scope, backendName, [from, to]);
  const definitionAt = (revision: number) => {
    const detail = found.find((one) => one.revision === revision);
    if (!detail) throw noRevision(backendName, revision);
    return detail.definition;
  };
  return differences(definitionAt(from), definitionAt(to));
}

/**
 * Makes an old revision the newest one, as a new revision. `check` sees the revision that is newest before.
 * @throws Failure as `changeBackend`, `not_found`
 */
export async function restoreRevision(
  scope: Scope,
  backendName: string,
  revision: number,
  check: (revision: number) => void,
): Promise<Backend> {
  const { definition } = await getRevision(scope, backendName, revision);
  return changeBackend(scope, backendName, (before) => {
    check(before.revision);
    return { definition };
  });
}

async function readRevisions(
  scope: Scope,
  backendName: string,
  revisions: readonly number[],
): Promise<(BackendRevision & { definition: BackendDefinition })[]> {
  const key = nameKeyOf(backendName);
  const rows = await selectRevisionsNamed(scope.database, scope.orgId, key, revisions);
  return rows.map(({ revision, author, createdAt, stored }) => ({
    revision,
    author,
    created_at: toTime(createdAt),
    definition: definitionOf(stored, builtInNamed(key)),
  }));
}

function noRevision(backendName: string, revision: number): Failure {
  return new Failure(
    'not_found',
    `There is no revision ${revision} of a backend "${backendName}".`,
  );
}
