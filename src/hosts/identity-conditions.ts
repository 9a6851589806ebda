import type { Condition, IdentityConflict } from '../../contract/host.ts';
import { toTime } from '../db/time.ts';
import { rivalGoneMs } from './rivals.ts';
import type { HostRow } from './store/hosts.ts';
import type { RivalRow } from './store/rivals.ts';

/** A use of an old secret is shown for so long. */
const retiredUseShownMs = 24 * 3_600_000;

/** The copy of a host's identity that is heard; null when there is none, or it was not heard for 5 minutes. Pure. */
export function identityConflictOf(
  host: HostRow,
  rival: RivalRow | undefined,
  now: number,
): IdentityConflict | null {
  if (!rival || host.processId === null || rival.heardAt <= now - rivalGoneMs) return null;
  // They may have changed places since.
  const isBack = rival.processId === host.processId;
  return {
    since: toTime(rival.firstAt),
    speaks: { process_id: host.processId, address: host.heardFrom },
    replaced: {
      process_id: isBack ? rival.otherProcessId : rival.processId,
      address: isBack ? rival.otherHeardFrom : rival.heardFrom,
      heard_at: toTime(rival.heardAt),
    },
  };
}

/** What is wrong with who a host is, and what to do. Pure. */
export function identityConditions(
  host: HostRow,
  conflict: IdentityConflict | null,
  now: number,
): Condition[] {
  const conditions: Condition[] = [];
  if (host.revokedAt !== null) {
    conditions.push({
      code: 'revoked',
      message: `It is revoked since ${toTime(host.revokedAt)}: it gets no work, and nothing it reports is accepted. What it ran stays there and is replaced elsewhere. If it was a mistake: POST /api/v1/hosts/${host.id}/unrevoke. If its secret was stolen: DELETE /api/v1/hosts/${host.id}?force=true, and enrol the machine again with an empty state folder.`,
    });
  }
  if (conflict) {
    const { since, speaks, replaced } = conflict;
    conditions.push({
      code: 'identity_conflict',
      message: `Two agents have its identity since ${since}: the process ${speaks.process_id} (${addressInWords(speaks.address)}) speaks for it; ${replaced.process_id} (${addressInWords(replaced.address)}, heard ${replaced.heard_at}) was replaced and touches nothing. Stop the one that does not belong here, and give its machine an empty state folder; if the one that speaks is the wrong one, restart the other after that. If neither copy is yours, revoke the host. This goes 5 minutes after the other was last heard.`,
    });
  }
  if (host.retiredUsedAt !== null && host.retiredUsedAt > now - retiredUseShownMs) {
    conditions.push({
      code: 'retired_secret_used',
      message: `Somebody (${addressInWords(host.retiredUsedFrom)}) came at ${toTime(host.retiredUsedAt)} with the secret that it had before the rotation, and was refused: a copy of its state folder, or a thief. If the host itself says secret_retired, another took its place: revoke it, and enrol the machine anew.`,
    });
  }
  return conditions;
}

function addressInWords(address: string | null): string {
  return address ?? 'address unknown';
}
