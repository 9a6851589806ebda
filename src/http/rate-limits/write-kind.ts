import type { Role } from '../../../contract/access.ts';

/**
 * - `change`: counts for its author and the organisation.
 * - `own`: what a viewer may do, and what is done above all organisations, changes nothing of an organisation, and takes
 *   nothing from the others in it.
 * - `revocation`: is refused for nobody's changes. Who spends the organisation's quota may be whom it is to stop.
 */
export type WriteKind = 'change' | 'own' | 'revocation';

/** What takes from somebody what they can get in with, or may do everywhere. */
export const revocations: ReadonlySet<string> = new Set([
  'changePerson',
  'deleteEnrollmentToken',
  'deletePerson',
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
  return role === 'viewer' || role === 'platform' ? 'own' : 'change';
}
