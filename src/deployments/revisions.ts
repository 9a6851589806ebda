import { DeploymentInput, type DeploymentRevision } from '../../contract/deployment.ts';
import { Failure } from '../../contract/failure.ts';
import { toTime } from '../db/time.ts';
import type { Scope } from '../tenancy/scope.ts';
import { type Changed, changeDeployment } from './change.ts';
import { getDeployment } from './read.ts';
import { selectDeploymentRevision, selectDeploymentRevisions } from './store/deployments.ts';
import { changesBetween } from './template.ts';

type Row = Awaited<ReturnType<typeof selectDeploymentRevisions>>[number];

/**
 * Newest first: at most `limit` revisions before `before`, each with what it changed of the one before it.
 * @throws Failure `not_found`
 */
export async function listRevisions(
  scope: Scope,
  name: string,
  before: number | undefined,
  limit: number,
): Promise<DeploymentRevision[]> {
  const { id } = await getDeployment(scope, name);
  // One more, to tell the last one's difference by.
  const rows = await selectDeploymentRevisions(scope.database, id, before, limit + 1);
  return rows.slice(0, limit).map((row, index) => toRevision(row, rows[index + 1]));
}

/**
 * Makes a deployment what it was at an earlier revision, as a new revision. `check` sees the newest one before.
 * @throws Failure `not_found`, and as `changeDeployment`
 */
export async function rollBack(
  scope: Scope,
  name: string,
  revision: number,
  check: (revision: number) => void,
): Promise<Changed> {
  return changeDeployment(scope, name, async (before) => {
    check(before.revision);
    const [row] = await selectDeploymentRevision(scope.database, before.id, revision);
    if (!row) throw noRevision(name, revision);
    const spec = DeploymentInput.parse(row.spec);
    return { spec, cause: 'rollback', message: `Rolled back to revision ${revision}.` };
  });
}

function toRevision(row: Row, previous: Row | undefined): DeploymentRevision {
  return {
    revision: row.revision,
    author: row.author,
    cause: row.cause,
    spec: row.spec,
    changes: previous ? changesBetween(previous.spec, row.spec) : [],
    created_at: toTime(row.createdAt),
  };
}

function noRevision(name: string, revision: number): Failure {
  return new Failure('not_found', `There is no revision ${revision} of a deployment "${name}".`);
}
