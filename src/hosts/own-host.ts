import { type OwnHost, protocolVersion } from '../../contract/agent-protocol.ts';
import type { Database } from '../db/client.ts';
import { sha256 } from '../tenancy/hash.ts';
import { selectBearer } from './store/identity.ts';
import { revoked, strangerFailure } from './strangers.ts';

export type Bearer = Awaited<ReturnType<typeof selectBearer>>[number];

/**
 * The host that a secret belongs to.
 * @throws Failure `host_revoked`; `secret_retired`, `host_removed`, `unauthorized` where no host has it
 */
export async function readBearer(
  database: Database,
  secret: string,
  heardFrom: string | null,
  now: number,
): Promise<Bearer> {
  const secretHash = await sha256(secret);
  const [host] = await selectBearer(database, secretHash);
  if (!host) throw await strangerFailure(database, secretHash, heardFrom, now);
  if (host.revokedAt !== null) throw revoked(host.name);
  return host;
}

export function toOwnHost({ id, name }: Pick<Bearer, 'id' | 'name'>): OwnHost {
  return { protocol: protocolVersion, host_id: id, name };
}
