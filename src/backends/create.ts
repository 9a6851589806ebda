import type { Backend, BackendDefinition } from '../../contract/backend.ts';
import { Failure } from '../../contract/failure.ts';
import { type Statement, write } from '../db/batch.ts';
import { newId } from '../db/ids.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import type { Scope } from '../tenancy/scope.ts';
import { auditBackend } from './audit.ts';
import { builtInNamed, type ShippedBackend } from './catalogue.ts';
import { type BackendRecord, checkDefinition, nameKeyOf, toBackend } from './model.ts';
import { storedOf, toRecord } from './record.ts';
import { insertBackend, insertRevision, insertVersions, type StoredBackend } from './store.ts';

/**
 * Makes a custom backend with its first revision. It may have the name of a community one that is not enabled.
 * @throws Failure `invalid_definition`, `name_taken`
 */
export async function createBackend(scope: Scope, definition: BackendDefinition): Promise<Backend> {
  checkDefinition(definition);
  if (builtInNamed(nameKeyOf(definition.backend_name))) throw nameTaken(definition.backend_name);
  const { record, statements } = newBackend(scope, definition, null);
  const backend = toBackend(record, []);
  await write(scope.database, [
    ...scope.receipt(backend),
    ...statements,
    ...auditBackend(scope, null, record),
  ]);
  return backend;
}

function nameTaken(backendName: string): Failure {
  return new Failure('name_taken', `There is a backend "${backendName}" already.`, [
    {
      pointer: '/backend_name',
      code: 'name_taken',
      detail: 'Choose another name, or change the backend that has it. Case makes no difference.',
    },
  ]);
}

/** The rows of a new backend at its first revision: `shipped` is what it was taken from, null for a custom one. */
export function newBackend(
  { database, orgId, author, now }: Omit<Scope, 'actor' | 'receipt' | 'audit'>,
  definition: BackendDefinition,
  shipped: ShippedBackend | null,
): { record: BackendRecord; statements: Statement[] } {
  const builtIn = shipped?.source === 'built_in' ? shipped : undefined;
  const row: StoredBackend = {
    id: newId('bak'),
    backendName: definition.backend_name,
    source: shipped?.source ?? 'custom',
    revision: 1,
    catalogueDigest: shipped?.digest ?? null,
    stored: storedOf(definition, builtIn),
    createdAt: now,
    updatedAt: now,
  };
  const { id, stored, ...columns } = row;
  const record = toRecord(row);
  const ownVersions = ownVersionsOf(record);
  return {
    record,
    statements: [
      {
        query: insertBackend(database, {
          ...columns,
          id,
          orgId,
          nameKey: nameKeyOf(columns.backendName),
        }),
        orphan: missingOrg(orgId),
        refusal: nameTaken(columns.backendName),
      },
      {
        query: insertRevision(database, {
          backendId: id,
          revision: 1,
          document: stored,
          author,
          createdAt: now,
        }),
      },
      ...(ownVersions.length > 0 ? [{ query: insertVersions(database, id, ownVersions) }] : []),
    ],
  };
}

/** The versions that do not ship with it. */
export function ownVersionsOf(record: BackendRecord): string[] {
  return Object.keys(record.definition.version_configs).filter(
    (version) => !record.builtInVersions.includes(version),
  );
}
