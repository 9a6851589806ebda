import { Failure } from '../../../contract/failure.ts';
import type { Secret } from '../../../contract/secret.ts';
import { LostRace, write } from '../../db/batch.ts';
import type { Scope } from '../scope.ts';
import { getSecret } from './read.ts';
import { deleteSecret, isSecret } from './store.ts';

/**
 * Deletes a secret that nothing uses.
 * @throws Failure `not_found`, `in_use` with its users
 */
export async function removeSecret(scope: Scope, name: string): Promise<void> {
  const secret = await getSecret(scope, name);
  refuseInUse(secret);
  const { database, orgId } = scope;
  try {
    await write(database, [
      ...scope.audit({
        resource: { kind: 'secret', id: null, name },
        before: { revision: secret.revision },
        after: null,
        onlyIf: isSecret(orgId, name),
      }),
      { query: deleteSecret(database, orgId, name) },
    ]);
  } catch (error) {
    if (!(error instanceof LostRace)) throw error;
    // A foreign key refused it: a user came between the reading and the deletion.
    refuseInUse(await getSecret(scope, name));
    throw new Failure('conflict', `The secret "${name}" is being used right now.`);
  }
}

function refuseInUse({ name, used_by_deployments, used_by_registries }: Secret): void {
  const users = [
    ...used_by_deployments.map((user) => `The deployment ${user}`),
    ...used_by_registries.map((server) => `The login at the registry ${server}`),
  ];
  if (users.length === 0) return;
  throw new Failure(
    'in_use',
    `The secret "${name}" is in use.`,
    users.map((user) => ({
      pointer: '',
      code: 'in_use',
      detail: `${user} uses it; delete that or let it name another secret first.`,
    })),
  );
}
