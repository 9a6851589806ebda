import type { Org } from '../../contract/org.ts';
import { write } from '../db/batch.ts';
import { endHold, isHeld } from '../hosts/store/silence.ts';
import { readOrg } from '../tenancy/orgs/read.ts';
import type { Scope } from '../tenancy/scope.ts';
import { selectUnreachable } from './store/instances.ts';

/**
 * A person says that the silent hosts of the organisation `orgId` are lost: their instances are replaced as usual.
 * Said again it changes nothing. Hosts that fall silent from now on may bring the hold about anew.
 * @returns the organisation, and the deployments that may replace now
 * @throws Failure `not_found`
 */
export async function releaseReplacement(
  { database, now, audit }: Pick<Scope, 'database' | 'now' | 'audit'>,
  orgId: string,
): Promise<{ org: Org; deployments: string[] }> {
  const before = await readOrg(database, orgId);
  const { replacement_held_at } = before;
  if (replacement_held_at === null) return { org: before, deployments: [] };
  const waiting = await write(
    database,
    [
      ...audit({
        orgId,
        resource: { kind: 'org', id: orgId, name: before.name },
        before: { replacement_held_at },
        after: { replacement_held_at: null },
        onlyIf: isHeld(orgId),
      }),
      { query: endHold(database, orgId, now) },
    ],
    selectUnreachable(database, orgId),
  );
  return {
    org: { ...before, replacement_held_at: null },
    deployments: waiting.map(({ deploymentId }) => deploymentId),
  };
}
