import type { AuditLine } from '../../../../contract/audit.ts';

/** What was done, before the name of what it was done to. */
const deeds = new Map([
  ['createOrg', 'Created the organisation'],
  ['changeOrg', 'Changed the organisation'],
  ['deleteOrg', 'Deleted the organisation'],
  ['releaseReplacement', 'Gave up the silent hosts of'],
  ['createInvitation', 'Invited'],
  ['revokeInvitation', 'Revoked the invitation for'],
  ['changeMember', 'Changed the role of'],
  ['removeMember', 'Removed the member'],
  ['createSignInLink', 'Created a sign-in link for'],
  ['changePerson', 'Removed the platform administrator role from'],
  ['deletePerson', 'Deleted the account of'],
  ['createToken', 'Created the API token'],
  ['revokeToken', 'Revoked the API token'],
  ['createEnrollmentToken', 'Created the enrolment token'],
  ['deleteEnrollmentToken', 'Revoked the enrolment token'],
  ['setSecret', 'Set the secret'],
  ['deleteSecret', 'Deleted the secret'],
  ['setRegistry', 'Set the login for the registry'],
  ['deleteRegistry', 'Deleted the login for the registry'],
  ['createBackend', 'Added the backend'],
  ['replaceBackend', 'Changed the backend'],
  ['patchBackend', 'Changed the backend'],
  ['putBackendVersion', 'Set a version of the backend'],
  ['deleteBackendVersion', 'Removed a version of the backend'],
  ['restoreBackendRevision', 'Restored a revision of the backend'],
  ['enableBackend', 'Enabled the backend'],
  ['updateBackendFromCatalogue', 'Applied the catalogue’s update to the backend'],
  ['deleteBackend', 'Deleted the backend'],
  ['createDeployment', 'Created the deployment'],
  ['replaceDeployment', 'Changed the deployment'],
  ['patchDeployment', 'Changed the deployment'],
  ['stopDeployment', 'Stopped the deployment'],
  ['startDeployment', 'Started the deployment'],
  ['restartDeployment', 'Restarted the deployment'],
  ['rollBackDeployment', 'Rolled back the deployment'],
  ['deleteDeployment', 'Deleted the deployment'],
  ['enrollHost', 'Enrolled the host'],
  ['changeHost', 'Changed the host'],
  ['cordonHost', 'Cordoned the host'],
  ['uncordonHost', 'Uncordoned the host'],
  ['drainHost', 'Drained the host'],
  ['deleteHost', 'Removed the host'],
  ['revokeHost', 'Revoked the host'],
  ['unrevokeHost', 'Undid the revocation of the host'],
  ['rotateHostSecret', 'Requested a new secret from the host'],
  ['rotateSecret', 'Replaced the secret of the host'],
]);

export interface DeedWords {
  /** "Changed the deployment" */
  deed: string;
  /** Null: whoever did it did it to themselves, and is named as the one who did. */
  name: string | null;
}

/** A line of the audit as a sentence says it. */
export function deedWords(line: Pick<AuditLine, 'operation' | 'resource' | 'actor'>): DeedWords {
  const own = ownDeed(line);
  if (own !== null) return { deed: own, name: null };
  const { operation, resource } = line;
  // A newer control plane may know more of them.
  return { deed: deeds.get(operation) ?? operationWords(operation), name: resource.name };
}

/** What people do with what is theirs: one call that lets somebody in has a line for all that they become by it. */
function ownDeed({
  operation,
  resource: { kind, id },
  actor,
}: Pick<AuditLine, 'operation' | 'resource' | 'actor'>): string | null {
  switch (operation) {
    case 'leaveOrg':
      return 'Left the organisation';
    case 'setPassword':
      return 'Set their password';
    case 'signInByPassword':
    case 'redeemSignInLink':
    case 'finishOidcSignIn':
    case 'acceptInvitation':
      if (kind === 'session') return 'Signed in';
      if (kind === 'member') return 'Joined the organisation';
      return actor.id === id ? 'Became a platform administrator' : null;
    default:
      return null;
  }
}

/** `newDeed`: "New deed". */
export function operationWords(operation: string): string {
  const words = operation.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
