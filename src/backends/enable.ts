import type { Backend, BackendDefinition, CatalogueItem } from '../../contract/backend.ts';
import { Failure } from '../../contract/failure.ts';
import { write } from '../db/batch.ts';
import type { Scope } from '../tenancy/scope.ts';
import { auditBackend } from './audit.ts';
import { allShipped, type ShippedBackend, shippedNamed } from './catalogue.ts';
import { changeBackend } from './change.ts';
import { newBackend } from './create.ts';
import { frameworksOf, nameKeyOf, toBackend } from './model.ts';
import { passes } from './read.ts';
import { toRecord } from './record.ts';
import { type BackendFilter, selectBackendsNamed } from './store.ts';

/** At most `limit` entries of the catalogue after the name `after`, and whether the organisation has them. */
export async function listCatalogue(
  scope: Scope,
  after: string | undefined,
  limit: number,
  filter: BackendFilter,
): Promise<CatalogueItem[]> {
  const entries = allShipped()
    .filter((entry) => passes(entry, filter))
    .filter((entry) => after === undefined || nameKeyOf(entry.definition.backend_name) > after)
    .slice(0, limit);
  return toItems(scope, entries);
}

/** One entry as the organisation sees it, and its definition as it ships. @throws Failure `not_found` */
export async function getCatalogueItem(
  scope: Scope,
  backendName: string,
): Promise<{ item: CatalogueItem; definition: BackendDefinition }> {
  const entry = shippedOrFail(backendName);
  const [item] = await toItems(scope, [entry]);
  if (!item) throw notShipped(backendName);
  return { item, definition: entry.definition };
}

/**
 * Takes a community backend into the organisation. Deleting it there disables it again.
 * @throws Failure `not_found`, `name_taken` when the organisation has a backend of that name
 */
export async function enableBackend(scope: Scope, backendName: string): Promise<Backend> {
  const entry = shippedOrFail(backendName);
  if (entry.source === 'built_in') {
    throw new Failure(
      'name_taken',
      `${entry.definition.backend_name} is built in: it is enabled always.`,
    );
  }
  const { record, statements } = newBackend(scope, entry.definition, entry);
  const backend = toBackend(record, []);
  await write(scope.database, [
    ...scope.receipt(backend),
    ...statements,
    ...auditBackend(scope, null, record),
  ]);
  return backend;
}

/**
 * Brings an enabled community backend to what the catalogue has now, as a new revision. What the organisation changed
 * is replaced; it stays readable as the revision before.
 * @throws Failure as `changeBackend`, `conflict` for a backend that is the organisation's own
 */
export async function updateFromCatalogue(
  scope: Scope,
  backendName: string,
  check: (revision: number) => void,
): Promise<Backend> {
  const entry = shippedOrFail(backendName);
  return changeBackend(scope, backendName, (before) => {
    check(before.revision);
    if (before.source !== 'community') {
      throw new Failure(
        'conflict',
        `The backend "${before.backendName}" of this organisation was not taken from the catalogue.`,
      );
    }
    return { definition: entry.definition, catalogueDigest: entry.digest };
  });
}

async function toItems(scope: Scope, entries: readonly ShippedBackend[]): Promise<CatalogueItem[]> {
  const keys = entries.map((entry) => nameKeyOf(entry.definition.backend_name));
  const rows = keys.length > 0 ? await selectBackendsNamed(scope.database, scope.orgId, keys) : [];
  const own = new Map(rows.map((row) => [nameKeyOf(row.backendName), toRecord(row)]));
  return entries.map(({ source, definition }) => {
    const record = own.get(nameKeyOf(definition.backend_name));
    return {
      ...definition,
      source,
      frameworks: frameworksOf(definition),
      enabled: source === 'built_in' || record?.source === 'community',
      update_available: record?.updateAvailable ?? false,
    };
  });
}

function shippedOrFail(backendName: string): ShippedBackend {
  const entry = shippedNamed(nameKeyOf(backendName));
  if (!entry) throw notShipped(backendName);
  return entry;
}

function notShipped(backendName: string): Failure {
  return new Failure('not_found', `The catalogue has no backend "${backendName}".`);
}
