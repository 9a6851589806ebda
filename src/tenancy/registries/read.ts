import { Failure } from '../../../contract/failure.ts';
import type { Registry } from '../../../contract/registry.ts';
import { toTime } from '../../db/time.ts';
import type { Scope } from '../scope.ts';
import { type RegistryRow, selectRegistries, selectRegistry } from './store.ts';

/** @throws Failure `not_found` */
export async function getRegistry({ database, orgId }: Scope, server: string): Promise<Registry> {
  const [row] = await selectRegistry(database, orgId, server);
  if (!row) throw noRegistry(server);
  return toRegistry(row);
}

/** At most `limit` logins after the server `after`. */
export async function listRegistries(
  { database, orgId }: Scope,
  after: string | undefined,
  limit: number,
): Promise<Registry[]> {
  return (await selectRegistries(database, orgId, after, limit)).map(toRegistry);
}

function noRegistry(server: string): Failure {
  return new Failure('not_found', `There is no login at the registry "${server}".`);
}

/** What people decide of a login; its password is the name of a secret. */
export function loginOf({
  username,
  passwordSecret,
}: Pick<RegistryRow, 'username' | 'passwordSecret'>) {
  return { username, password: `{{secrets.${passwordSecret}}}` };
}

export function toRegistry(row: RegistryRow): Registry {
  return {
    server: row.server,
    ...loginOf(row),
    created_at: toTime(row.createdAt),
    updated_at: toTime(row.updatedAt),
  };
}
