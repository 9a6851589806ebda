import type { Backend } from '../../contract/backend.ts';
import { Failure } from '../../contract/failure.ts';
import type { Scope } from '../tenancy/scope.ts';
import { allShipped } from './catalogue.ts';
import { type BackendRecord, frameworksOf, nameKeyOf } from './model.ts';
import { toRecord, toRecordOrBuiltIn, untouched } from './record.ts';
import {
  type BackendFilter,
  selectBackend,
  selectBackends,
  selectUses,
  selectUsesByName,
} from './store.ts';

type Users = Backend['in_use_by'];

/** @throws Failure `not_found` */
export async function getBackend(
  scope: Scope,
  backendName: string,
): Promise<{ record: BackendRecord; users: Users }> {
  const key = nameKeyOf(backendName);
  const [[row], uses] = await scope.database.batch([
    selectBackend(scope.database, scope.orgId, key),
    selectUsesByName(scope.database, scope.orgId, key),
  ]);
  const record = toRecordOrBuiltIn(row, key);
  if (!record) throw new Failure('not_found', `There is no backend "${backendName}".`);
  return { record, users: uses.map(({ deployment, version }) => ({ deployment, version })) };
}

/** At most `limit` backends after the name `after` that `filter` lets pass, with who uses them. */
export async function listBackends(
  scope: Scope,
  after: string | undefined,
  limit: number,
  filter: BackendFilter,
): Promise<{ record: BackendRecord; users: Users }[]> {
  const builtIns = allShipped().filter((entry) => entry.source === 'built_in');
  const rows = await selectBackends(
    scope.database,
    scope.orgId,
    after,
    // Built-in ones among them may fall to the filter.
    limit + builtIns.length,
    filter,
  );
  const stored = rows.map(toRecord);
  const touched = new Set(stored.map(keyOf));
  const records = [...stored, ...builtIns.map(untouched).filter((one) => !touched.has(keyOf(one)))]
    .filter((record) => after === undefined || keyOf(record) > after)
    .filter((record) => passes(record, filter))
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
    .slice(0, limit);
  const ids = records.flatMap(({ id }) => (id === null ? [] : [id]));
  const uses = ids.length > 0 ? await selectUses(scope.database, ids) : [];
  return records.map((record) => ({
    record,
    users: uses
      .filter((use) => use.backendId === record.id)
      .map(({ deployment, version }) => ({ deployment, version })),
  }));
}

export function keyOf(record: Pick<BackendRecord, 'backendName'>): string {
  return nameKeyOf(record.backendName);
}

/** The same judgement as the database's, for what the database does not hold whole. */
export function passes(
  { source, definition }: Pick<BackendRecord, 'source' | 'definition'>,
  filter: BackendFilter,
): boolean {
  const search = filter.search?.toLowerCase();
  const texts = [definition.backend_name, definition.description ?? ''];
  return (
    (search === undefined || texts.some((text) => text.toLowerCase().includes(search))) &&
    (filter.source === undefined || filter.source.includes(source)) &&
    (filter.framework === undefined ||
      frameworksOf(definition).some((framework) => filter.framework?.includes(framework)))
  );
}
