import { Failure } from '../../contract/failure.ts';
import type { Registry, RegistryInput } from '../../contract/registry.ts';
import { guard, write } from '../db/batch.ts';
import { bumpRunningHosts, selectRunningBells } from '../hosts/store/sets.ts';
import { unknownSecretDetail } from '../launch/placeholders.ts';
import { getRegistry, loginOf } from '../tenancy/registries/read.ts';
import { hasRoomForRegistry, selectRegistry, upsertRegistry } from '../tenancy/registries/store.ts';
import type { Scope } from '../tenancy/scope.ts';
import { selectSecretNames } from '../tenancy/secrets/store.ts';
import type { Bell } from './apply.ts';

/** So many logins an organisation may have: a host's desired set is made with all of them at hand. */
const maxRegistries = 100;

/**
 * Sets the login at a registry, new or changed. Hosts that run something learn it at once: a pull may be waiting.
 * @throws Failure `unknown_secret`, `limit_reached`
 */
export async function setRegistry(
  scope: Scope,
  server: string,
  input: RegistryInput,
): Promise<{ registry: Registry; bells: Bell[] }> {
  const { database, orgId, now } = scope;
  const { username, password } = input;
  const passwordSecret = /secrets\.([A-Za-z0-9_.-]+)/.exec(password)?.[1] ?? '';
  const [secrets, [before]] = await database.batch([
    selectSecretNames(database, orgId),
    selectRegistry(database, orgId, server),
  ]);
  const names = new Set(secrets.map(({ name }) => name));
  if (!names.has(passwordSecret)) throw unknownSecret(passwordSecret, names);
  const bells = await write(
    database,
    [
      guard(
        database,
        hasRoomForRegistry(orgId, server, maxRegistries),
        new Failure('limit_reached', `An organisation has at most ${maxRegistries} registries.`),
      ),
      {
        query: upsertRegistry(database, {
          orgId,
          server,
          username,
          passwordSecret,
          createdAt: now,
        }),
        // It was deleted since it was read.
        orphan: unknownSecret(passwordSecret, names),
      },
      ...scope.audit({
        resource: { kind: 'registry', id: null, name: server },
        before: before ? loginOf(before) : null,
        after: loginOf({ username, passwordSecret }),
      }),
      { query: bumpRunningHosts(database, orgId) },
    ],
    selectRunningBells(database, orgId),
  );
  return { registry: await getRegistry(scope, server), bells };
}

function unknownSecret(name: string, known: ReadonlySet<string>): Failure {
  const detail = unknownSecretDetail(name, known);
  return new Failure('unknown_secret', detail, [
    { pointer: '/password', code: 'unknown_secret', detail },
  ]);
}
