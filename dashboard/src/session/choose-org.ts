import { credentials } from '../api/credentials.ts';

/** Goes on in another organisation, null: in the first of one's own. Nothing of this one stays on the screen. */
export function chooseOrg(orgId: string | null): void {
  credentials.keepOrg(orgId);
  window.location.assign('/');
}
