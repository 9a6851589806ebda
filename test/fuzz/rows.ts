import { rowsOfOrg } from '../support/rows.ts';
import type { FuzzRequest } from './request.ts';
import { send } from './send.ts';
import type { World } from './world.ts';

/**
 * Sends the request again and compares every row of the organisation before and after. The planner writes too, when it
 * gets to it: one time of several without a difference is enough.
 */
export async function isWithoutEffect(world: World, request: FuzzRequest): Promise<boolean> {
  for (let attempts = 0; attempts < 5; attempts += 1) {
    const before = await rowsOfOrg(world.orgId);
    const { status } = await send(world.url, request);
    if (status < 400) return false;
    if (JSON.stringify(await rowsOfOrg(world.orgId)) === JSON.stringify(before)) return true;
  }
  return false;
}
