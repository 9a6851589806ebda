import type { DesiredSet } from '../../contract/agent-protocol.ts';
import type { LaunchSpec } from '../../contract/launch-spec.ts';
import { registryOf } from '../../contract/registry.ts';
import type { Sealed, Vault } from '../tenancy/secrets/vault.ts';
import { secretsNeededBy } from './secret-uses.ts';

type SealedRow = Sealed & { orgId: string; name: string };

/**
 * Opens what a host needs for its desired set, and nothing else. What no key opens is left out: the instances that
 * need it say `secret_missing`, and the rest of the set is as good as ever.
 */
export async function openForHost(
  vault: Vault,
  launches: readonly LaunchSpec[],
  rows: {
    secrets: readonly SealedRow[];
    logins: readonly (SealedRow & { server: string; username: string })[];
  },
): Promise<Pick<DesiredSet, 'secrets' | 'registries'>> {
  const names = new Set(launches.flatMap(secretsNeededBy));
  const servers = new Set(launches.map(({ image }) => registryOf(image)));
  const secrets = await Promise.all(
    rows.secrets
      .filter(({ name }) => names.has(name))
      .map(async (row) => ({ name: row.name, value: await openOrSay(vault, row) })),
  );
  const registries = await Promise.all(
    rows.logins
      .filter(({ server }) => servers.has(server))
      .map(async (row) => ({ ...row, password: await openOrSay(vault, row) })),
  );
  return {
    secrets: Object.fromEntries(
      secrets.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])),
    ),
    registries: registries.flatMap(({ server, username, password }) =>
      password === null ? [] : [{ server, username, password }],
    ),
  };
}

async function openOrSay(vault: Vault, row: SealedRow): Promise<string | null> {
  const value = await vault.open(row, row);
  if (value === null) {
    console.error(
      JSON.stringify({
        level: 'error',
        message: 'a secret does not open: no key in SECRETS_KEY is the one that sealed it',
        org_id: row.orgId,
        secret: row.name,
        key_id: row.keyId,
      }),
    );
  }
  return value;
}
