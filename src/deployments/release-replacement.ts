import type { Org } from '../../contract/org.ts';
import type { Database } from '../db/client.ts';
import { endHold } from '../hosts/store/silence.ts';
import { missingOrg } from '../tenancy/orgs/missing.ts';
import { toOrg } from '../tenancy/orgs/model.ts';
import { selectOrg } from '../tenancy/orgs/store.ts';
import { selectUnreachable } from './store/instances.ts';

/**
 * A person says that the silent hosts of an organisation are lost: their instances are replaced as usual. Said again
 * it changes nothing. Hosts that fall silent from now on may bring the hold about anew.
 * @returns the organisation, and the deployments that may replace now
 * @throws Failure `not_found`
 */
export async function releaseReplacement(
  database: Database,
  orgId: string,
  now: number,
): Promise<{ org: Org; deployments: string[] }> {
  const [ended, [row], waiting] = await database.batch([
    endHold(database, orgId, now),
    selectOrg(database, orgId),
    selectUnreachable(database, orgId),
  ]);
  if (!row) throw missingOrg(orgId);
  const deployments = ended.length > 0 ? waiting.map(({ deploymentId }) => deploymentId) : [];
  return { org: toOrg(row), deployments };
}
