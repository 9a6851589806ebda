import type { AppContext } from '../http/context.ts';
import { hubOf, ringHosts } from '../hub/ring.ts';
import type { Work } from '../hub/work-queue.ts';

/** Gives work to the organisation's planner, which is in its hub 0, when the reply is under way. */
export function wake(c: AppContext, work: Work): void {
  const { orgId } = c.var.scope;
  c.executionCtx.waitUntil(hubOf(c.env, orgId, 0).wake(orgId, work));
}

/** Rings the hosts that a change concerns, and leaves to the planner what it could not do itself. */
export function ringAndWake(
  c: AppContext,
  change: { deploymentId: string; bells: Parameters<typeof ringHosts>[1]; stepIsDue: boolean },
): void {
  const { deploymentId, bells, stepIsDue } = change;
  c.executionCtx.waitUntil(ringHosts(c.env, bells));
  if (stepIsDue) wake(c, { deployments: [deploymentId], roomGrew: false });
}
