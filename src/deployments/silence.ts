import type { InstanceRecord, World } from './model.ts';
import { explainStep, type Step } from './steps.ts';

/** What an instance says whose host is silent. */
export const silentMessage =
  'Its host is silent. The container may still be serving; its state is known again when the host comes back.';

/** What an instance says whose host was revoked. */
export const revokedMessage =
  'Its host was revoked. The container may still be serving, but its address is no longer given out.';

/** Tells of an instance on a silent host whether it waits for its host, or for a person. Pure. */
export function explainSilence(instance: InstanceRecord, world: World): Step[] {
  if (instance.state !== 'unreachable') return [];
  const { orgId } = world.deployment;
  if (instance.hostRevoked) return explainStep(instance, revokedMessage);
  return explainStep(instance, world.replacementHeld ? heldMessage(orgId) : silentMessage);
}

function heldMessage(orgId: string): string {
  return `Its host went silent in the same minute as most hosts of the organisation: probably the network, not the hosts. Nothing is replaced until half of them are back; if they are lost, POST /api/v1/orgs/${orgId}/release-replacement.`;
}
