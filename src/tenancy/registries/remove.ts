import { write } from '../../db/batch.ts';
import type { Scope } from '../scope.ts';
import { getRegistry } from './read.ts';
import { deleteRegistry } from './store.ts';

/** Hosts forget the login with the next desired set that they get. @throws Failure `not_found` */
export async function removeRegistry(scope: Scope, server: string): Promise<void> {
  const { database, orgId } = scope;
  await getRegistry(scope, server);
  await write(database, [{ query: deleteRegistry(database, orgId, server) }]);
}
