import { Failure } from '../../contract/failure.ts';
import type { Secret } from '../../contract/secret.ts';
import { guard, write } from '../db/batch.ts';
import { bumpRunningHosts, selectRunningBells } from '../hosts/store/sets.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import type { Scope } from '../tenancy/scope.ts';
import { getSecret } from '../tenancy/secrets/read.ts';
import {
  hasRoomForSecret,
  isPassword,
  selectSecret,
  upsertSecret,
} from '../tenancy/secrets/store.ts';
import type { Vault } from '../tenancy/secrets/vault.ts';
import type { Bell } from './apply.ts';

/** So many secrets an organisation may have: each of them is read for each plan. */
const maxSecrets = 1000;

/**
 * Sets the value of a secret. Nothing restarts for it: deployments that use it show `secrets_changed` until they are
 * restarted. Hosts learn it at once where it is the password of a registry, since a pull may be waiting for it.
 * @throws Failure `misconfigured` without a key, `limit_reached`
 */
export async function setSecret(
  scope: Scope,
  vault: Vault,
  name: string,
  value: string,
): Promise<{ secret: Secret; bells: Bell[] }> {
  const { database, orgId, now } = scope;
  const sealed = await vault.seal({ orgId, name }, value);
  const condition = isPassword(orgId, name);
  const [before] = await selectSecret(database, orgId, name);
  const bells = await write(
    database,
    [
      guard(
        database,
        hasRoomForSecret(orgId, name, maxSecrets),
        new Failure('limit_reached', `An organisation has at most ${maxSecrets} secrets.`),
      ),
      {
        query: upsertSecret(database, { orgId, name, ...sealed, createdAt: now }),
        orphan: missingOrg(orgId),
      },
      // Of its value nothing but that it is another one.
      ...scope.audit({
        resource: { kind: 'secret', id: null, name },
        before: before ? { revision: before.revision } : null,
        after: { revision: (before?.revision ?? 0) + 1 },
      }),
      { query: bumpRunningHosts(database, orgId, condition) },
    ],
    selectRunningBells(database, orgId, condition),
  );
  return { secret: await getSecret(scope, name), bells };
}
