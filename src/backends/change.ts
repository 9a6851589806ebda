import type { Backend, BackendDefinition } from '../../contract/backend.ts';
import { differences } from '../../contract/differences.ts';
import { Failure } from '../../contract/failure.ts';
import { guard, write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { auditBackend } from './audit.ts';
import { builtInNamed } from './catalogue.ts';
import { newBackend, ownVersionsOf } from './create.ts';
import { type BackendRecord, checkChange, nameKeyOf, toBackend } from './model.ts';
import { getBackend } from './read.ts';
import { storedOf } from './record.ts';
import {
  deleteVersions,
  insertRevision,
  insertVersions,
  isAtRevision,
  updateBackend,
} from './store.ts';

/** What a change makes of a backend, and what goes with it. */
export interface Change {
  definition: BackendDefinition;
  /** Of the shipped definition that this one is taken from now. */
  catalogueDigest?: string;
}

/**
 * Changes a backend: `edit` sees it as it is (it may refuse its revision) and gives what it shall be. Makes a new
 * revision, unless nothing changes. Running instances keep the revision that they were rendered from.
 * @throws Failure `not_found`, `invalid_definition`, `in_use` when a version goes that a deployment runs, `conflict`
 */
export async function changeBackend(
  scope: Scope,
  backendName: string,
  edit: (before: BackendRecord) => Change,
): Promise<Backend> {
  const { record: before, users } = await getBackend(scope, backendName);
  const { definition, ...catalogue } = edit(before);
  checkChange(before, definition);
  const isSame = differences(before.definition, definition).length === 0;
  const isCurrent = catalogue.catalogueDigest !== undefined;
  if (isSame && !(isCurrent && before.updateAvailable)) return toBackend(before, users);
  const key = nameKeyOf(before.backendName);
  const builtIn = before.source === 'built_in' ? builtInNamed(key) : undefined;
  if (before.id === null) {
    const { record, statements } = newBackend(scope, definition, builtIn ?? null);
    await write(scope.database, [...statements, ...auditBackend(scope, before, record)]);
    return toBackend(record, users);
  }

  const { database, orgId, author, now } = scope;
  const { id } = before;
  const revision = before.revision + 1;
  const after: BackendRecord = { ...before, definition, revision, updatedAt: now };
  const document = storedOf(definition, builtIn);
  const [oldVersions, newVersions] = [ownVersionsOf(before), ownVersionsOf(after)];
  const added = newVersions.filter((version) => !oldVersions.includes(version));
  const removed = oldVersions.filter((version) => !newVersions.includes(version));
  const lostUsers = users.filter((user) => removed.includes(user.version));
  if (lostUsers.length > 0) throw versionInUse(before.backendName, lostUsers);
  await write(database, [
    guard(
      database,
      isAtRevision(orgId, key, before.revision),
      new Failure('conflict', `The backend "${before.backendName}" was changed meanwhile.`),
    ),
    { query: updateBackend(database, id, { revision, updatedAt: now, ...catalogue }) },
    {
      query: insertRevision(database, {
        backendId: id,
        revision,
        document,
        author,
        createdAt: now,
      }),
    },
    ...auditBackend(scope, before, after),
    ...(added.length > 0 ? [{ query: insertVersions(database, id, added) }] : []),
    ...(removed.length > 0
      ? [
          {
            query: deleteVersions(database, id, removed),
            orphan: new Failure(
              'in_use',
              `A deployment was just made that runs ${removed.join(' or ')}; read the backend again.`,
            ),
          },
        ]
      : []),
  ]);
  return toBackend({ ...after, updateAvailable: before.updateAvailable && !isCurrent }, users);
}

function versionInUse(
  backendName: string,
  users: readonly { deployment: string; version: string }[],
): Failure {
  const list = users.map((user) => `${user.deployment} (${user.version})`).join(', ');
  return new Failure(
    'in_use',
    `Versions of "${backendName}" that would go are used by: ${list}.`,
    users.map(({ deployment, version }) => ({
      pointer: '/version_configs',
      code: 'in_use',
      detail: `The deployment ${deployment} runs the version ${version}; delete it or give it another version first.`,
    })),
  );
}
