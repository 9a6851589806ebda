import { write } from '../db/batch.ts';
import type { Database } from '../db/client.ts';
import { rivalGoneMs } from '../hosts/rivals.ts';
import { deleteBarsBefore } from '../hosts/store/claims.ts';
import { deleteExpiredTokens } from '../hosts/store/enrollment.ts';
import { deleteRemovedBefore } from '../hosts/store/removed.ts';
import { deleteRivalsBefore } from '../hosts/store/rivals.ts';
import { deleteReceiptsBefore } from '../tenancy/idempotency/store.ts';
import { deleteInvitationsEndedBefore } from '../tenancy/invitations/store.ts';
import { deleteSessionsEndedBefore } from '../tenancy/sessions/store.ts';
import { deleteSignInLinksEndedBefore } from '../tenancy/sign-in/store/links.ts';
import { deleteTokensEndedBefore } from '../tenancy/tokens/store.ts';

const hourMs = 3_600_000;
const receiptsMs = 24 * hourMs;
/** So long an API token that is not let in any more is listed. */
const endedTokensMs = 30 * 24 * hourMs;
/** A host whose enrolment got no answer asks again with the same token, also after it expired. */
const expiredTokensMs = 7 * 24 * hourMs;
/** A host that was away for longer than this when it was removed is a stranger, and keeps what it runs. */
const removedHostsMs = 365 * 24 * hourMs;

/**
 * Takes away what has had its time: answers under idempotency keys, barred ports, API tokens that ended, what people
 * signed in by, expired enrolment tokens, rivals of hosts that fell silent, and what is known of hosts that were
 * removed. Timelines bound
 * themselves.
 */
export async function purge(database: Database, now: number): Promise<void> {
  await write(database, [
    { query: deleteReceiptsBefore(database, now - receiptsMs) },
    { query: deleteBarsBefore(database, now) },
    { query: deleteTokensEndedBefore(database, now - endedTokensMs) },
    { query: deleteSessionsEndedBefore(database, now) },
    { query: deleteInvitationsEndedBefore(database, now) },
    { query: deleteSignInLinksEndedBefore(database, now) },
    { query: deleteExpiredTokens(database, now - expiredTokensMs) },
    { query: deleteRivalsBefore(database, now - rivalGoneMs) },
    { query: deleteRemovedBefore(database, now - removedHostsMs) },
  ]);
}
