import { Failure } from '../../../contract/failure.ts';
import type { Secret } from '../../../contract/secret.ts';
import { toTime } from '../../db/time.ts';
import type { Scope } from '../scope.ts';
import { selectSecret, selectSecrets } from './store.ts';

type Row = Awaited<ReturnType<typeof selectSecrets>>[number];

/** @throws Failure `not_found` */
export async function getSecret({ database, orgId }: Scope, name: string): Promise<Secret> {
  const [row] = await selectSecret(database, orgId, name);
  if (!row) throw new Failure('not_found', `There is no secret "${name}".`);
  return toSecret(row);
}

/** At most `limit` secrets after the name `after`. */
export async function listSecrets(
  { database, orgId }: Scope,
  after: string | undefined,
  limit: number,
): Promise<Secret[]> {
  return (await selectSecrets(database, orgId, after, limit)).map(toSecret);
}

function toSecret(row: Row): Secret {
  return {
    name: row.name,
    revision: row.revision,
    used_by_deployments: row.deployments,
    used_by_registries: row.registries,
    created_at: toTime(row.createdAt),
    updated_at: toTime(row.updatedAt),
  };
}
