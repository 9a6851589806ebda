import type { Role } from '../../../contract/access.ts';

/**
 * - `change`: counts for its author and the organisation.
 * - `own`: what a viewer may do changes nothing of the organisation, and takes nothing from the others in it.
 * - `revocation`: is refused for nobody's changes. Who spends the organisation's quota may be whom it is to stop.
 */
export type WriteKind = 'change' | 'own' | 'revocation';

/** What takes from somebody what they can get in with. */
export const revocations: ReadonlySet<string> = new Set([
  'deleteEnrollmentToken',
  'endSession',
  'endSessions',
  'removeMember',
  'revokeHost',
  'revokeInvitation',
  'revokeToken',
]);

/** What an operation that is no reading counts as. Pure. */
export function writeKindOf(operationId: string, role: Role): WriteKind {
  if (revocations.has(operationId)) return 'revocation';
  return role === 'viewer' ? 'own' : 'change';
}
