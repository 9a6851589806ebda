import type { Database } from '../db/client.ts';
import { selectHostsBehind, selectHubs } from '../hosts/store/hosts.ts';
import { endHoldsOfReturned } from '../hosts/store/silence.ts';
import { selectDeletingOrgs } from '../tenancy/orgs/store.ts';
import type { Bell } from './apply.ts';
import { selectDeleting, selectRolling } from './store/deployments.ts';
import { selectOnDrained, selectUnsettled } from './store/instances.ts';

/** So many of each are seen to at once. */
const limit = 1000;
/** The deletion of so many organisations goes on with each beat. */
const orgsAtOnce = 3;

/** What lost calls have left undone, whoever should have made them. */
export interface ClockDuties {
  /** Deployments that wait for a step of the planner. */
  unsettled: { orgId: string; deploymentId: string }[];
  /** Hosts that hold less than they shall. */
  behind: Bell[];
  /** Every hub, in a stable order. */
  hubs: { orgId: string; hub: number }[];
  /** Organisations whose deletion has begun and not ended, some of them. */
  deletingOrgs: string[];
}

/**
 * What a beat of the clock has to see to, in one request that reads what is left undone and one host of each hub.
 * Holds on replacement whose hosts are back end first, so that what they held is looked at with this very beat.
 */
export async function readClockDuties(database: Database): Promise<ClockDuties> {
  const [, unsettled, deleting, rolling, onDrained, behind, hubs, deletingOrgs] =
    await database.batch([
      endHoldsOfReturned(database),
      selectUnsettled(database, limit),
      selectDeleting(database, limit),
      selectRolling(database, limit),
      selectOnDrained(database, limit),
      selectHostsBehind(database, limit),
      selectHubs(database),
      selectDeletingOrgs(database, orgsAtOnce),
    ]);
  const rows = [...unsettled, ...deleting, ...rolling, ...onDrained];
  return {
    unsettled: [...new Map(rows.map((row) => [row.deploymentId, row])).values()],
    behind,
    hubs,
    deletingOrgs: deletingOrgs.map(({ id }) => id),
  };
}
