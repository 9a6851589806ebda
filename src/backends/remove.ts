import { Failure } from '../../contract/failure.ts';
import { guard, LostRace, write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { auditBackend } from './audit.ts';
import { nameKeyOf } from './model.ts';
import { getBackend } from './read.ts';
import { deleteBackend, isAtRevision } from './store.ts';

/**
 * Deletes a backend that no deployment names. `check` sees its revision first (for `If-Match`).
 * @throws Failure `not_found`, `in_use` with the deployments, `conflict` when it was changed meanwhile
 */
export async function removeBackend(
  scope: Scope,
  backendName: string,
  check: (revision: number) => void,
): Promise<void> {
  const { record, users } = await getBackend(scope, backendName);
  check(record.revision);
  if (record.source === 'built_in') {
    throw new Failure(
      'conflict',
      `"${record.backendName}" is built in and cannot be deleted. Its own versions can be removed one by one.`,
    );
  }
  if (users.length > 0) throw inUse(record.backendName, users);
  const { database, orgId } = scope;
  const key = nameKeyOf(backendName);
  try {
    await write(database, [
      guard(
        database,
        isAtRevision(orgId, key, record.revision),
        new Failure('conflict', `The backend "${record.backendName}" was changed meanwhile.`),
      ),
      ...auditBackend(scope, record, null),
      { query: deleteBackend(database, orgId, key) },
    ]);
  } catch (error) {
    if (!(error instanceof LostRace)) throw error;
    // A foreign key refused it: a deployment came between the reading and the deletion.
    const { users: newUsers } = await getBackend(scope, backendName);
    throw inUse(record.backendName, newUsers);
  }
}

function inUse(backendName: string, users: readonly { deployment: string }[]): Failure {
  const names = [...new Set(users.map((user) => user.deployment))];
  return new Failure(
    'in_use',
    `The backend "${backendName}" is used by ${names.length === 1 ? 'the deployment' : 'the deployments'} ${names.join(', ')}.`,
    names.map((name) => ({
      pointer: '',
      code: 'in_use',
      detail: `The deployment ${name} uses it; delete it or give it another backend first.`,
    })),
  );
}
