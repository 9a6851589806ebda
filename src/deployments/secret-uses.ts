import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { secretNamesIn } from '../../contract/secret-mark.ts';
import type { Statement } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { deleteOtherSecretUses, insertSecretUse } from '../tenancy/secrets/store.ts';
import type { DeploymentRecord, World } from './model.ts';

/** The names of the secrets that a host must know to start a launch. */
export function secretsNeededBy(
  spec: Pick<LaunchSpec, 'entrypoint' | 'args' | 'env' | 'model'>,
): string[] {
  const texts = [...(spec.entrypoint ?? []), ...(spec.args ?? []), ...Object.values(spec.env)];
  const { token_secret } = spec.model;
  return [
    ...new Set([
      ...texts.flatMap(secretNamesIn),
      ...(token_secret === undefined ? [] : [token_secret]),
    ]),
  ];
}

/** Notes the secrets that a deployment uses. One that was deleted meanwhile refuses the whole batch. */
export function useSecrets(
  database: Database,
  { id: deploymentId, orgId }: Pick<DeploymentRecord, 'id' | 'orgId'>,
  names: Iterable<string>,
): Statement[] {
  return [...names].map((name) => ({
    query: insertSecretUse(database, { deploymentId, orgId, name }),
  }));
}

/**
 * The secrets that none of its launches needs are free again. Its instances are at the newest revision; without any
 * there is nothing to tell from, and what is noted stays.
 */
export function forgetSecrets(database: Database, { deployment, instances }: World): Statement[] {
  const specs = instances.flatMap(({ launchSpec }) => launchSpec ?? []);
  if (specs.length === 0) return [];
  const names = [...new Set(specs.flatMap(secretsNeededBy))];
  return [{ query: deleteOtherSecretUses(database, deployment.id, names) }];
}
