import type { Database } from '../../db/client.ts';
import { selectAddressesOf } from '../../tenancy/sessions/store.ts';
import { partyOf } from './address.ts';

/** More sessions than a person has; it bounds what one question costs. */
const mostSessions = 100;

/** Whether who has this e-mail address has a session from `party` (see address.ts); nobody has from where none is known. */
export async function isSignedInFrom(
  database: Database,
  email: string,
  party: string,
  now: number,
): Promise<boolean> {
  if (party === partyOf(null)) return false;
  const rows = await selectAddressesOf(database, email, now, mostSessions);
  return rows.some(({ ipAddress }) => partyOf(ipAddress) === party);
}
