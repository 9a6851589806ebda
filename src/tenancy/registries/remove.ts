import { write } from '../../db/batch.ts';
import type { Scope } from '../scope.ts';
import { getRegistry } from './read.ts';
import { deleteRegistry, isRegistry } from './store.ts';

/** Hosts forget the login with the next desired set that they get. @throws Failure `not_found` */
export async function removeRegistry(scope: Scope, server: string): Promise<void> {
  const { database, orgId } = scope;
  const { username, password } = await getRegistry(scope, server);
  await write(database, [
    ...scope.audit({
      resource: { kind: 'registry', id: null, name: server },
      before: { username, password },
      after: null,
      onlyIf: isRegistry(orgId, server),
    }),
    { query: deleteRegistry(database, orgId, server) },
  ]);
}
