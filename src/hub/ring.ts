import type { Env } from '../env.ts';
import type { Hub } from './hub.ts';

/** The hub with that number of an organisation. A stub that threw is not used again: ask anew. */
export function hubOf(env: Env, orgId: string, number: number): DurableObjectStub<Hub> {
  return env.HUB.get(env.HUB.idFromName(`${orgId}/${number}`));
}

/** The first `count` hubs of an organisation, which was deleted, let go of all that they remember. */
export async function forgetOrg(env: Env, orgId: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  await Promise.all(numbers.map((number) => hubOf(env, orgId, number).forgetAll(orgId)));
}

/** Rings the doorbells of hosts, each through its hub. A bell that gets lost only costs time: see the hub's clock. */
export async function ringHosts(
  env: Env,
  bells: readonly { orgId: string; hub: number; hostId: string; revision: number }[],
): Promise<void> {
  const byHub = new Map<
    string,
    { stub: DurableObjectStub<Hub>; orgId: string; bells: { hostId: string; revision: number }[] }
  >();
  for (const { orgId, hub, hostId, revision } of bells) {
    const key = `${orgId}/${hub}`;
    const entry = byHub.get(key) ?? { stub: hubOf(env, orgId, hub), orgId, bells: [] };
    entry.bells.push({ hostId, revision });
    byHub.set(key, entry);
  }
  await Promise.all([...byHub.values()].map((entry) => entry.stub.ring(entry.orgId, entry.bells)));
}
