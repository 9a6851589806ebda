import { type SQL, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  hasRoomForInvitation,
  selectInvitations,
  selectInvitationsTo,
} from '../../src/tenancy/invitations/store.ts';
import {
  isNotLastAdmin,
  selectMember,
  selectMembers,
  selectOrgsOf,
} from '../../src/tenancy/members/store.ts';
import {
  deleteSessions,
  selectAddressesOf,
  selectPerson,
  selectSession,
  selectSessions,
} from '../../src/tenancy/sessions/store.ts';
import { selectLinkedUser } from '../../src/tenancy/sign-in/store/links.ts';
import { passwordIs, selectAccounts } from '../../src/tenancy/sign-in/store/users.ts';
import { newMemoryDatabase } from '../support/memory-database.ts';
import { planOf } from '../support/query-plan.ts';

/* What letting a person in, and showing people, costs must not grow with those whom it does not ask for. */

const { client, database } = await newMemoryDatabase();
const asked = (condition: SQL) => ({ getSQL: () => sql`SELECT ${condition}` });

test.each(
  Object.entries({
    selectPerson: selectPerson(database, 'hash', 'o', 1),
    'selectPerson in no organisation': selectPerson(database, 'hash', undefined, 1),
    selectSession: selectSession(database, 'u', 's'),
    selectSessions: selectSessions(database, 'u', 1, 10),
    selectAddressesOf: selectAddressesOf(database, 'e', 1, 10),
    deleteSessions: deleteSessions(database, 'u', 's'),
    selectMember: selectMember(database, 'o', 'u'),
    selectMembers: selectMembers(database, 'o', 'u', 10),
    selectOrgsOf: selectOrgsOf(database, 'u'),
    isNotLastAdmin: asked(isNotLastAdmin('o', 'u')),
    selectInvitations: selectInvitations(database, 'o', 'i', 1, 10),
    selectInvitationsTo: selectInvitationsTo(database, 'e', 1),
    hasRoomForInvitation: asked(hasRoomForInvitation('o', 1, 1)),
    selectLinkedUser: selectLinkedUser(database, 'hash'),
    selectAccounts: selectAccounts(database, 'u'),
    passwordIs: asked(passwordIs('u', 'hash')),
  }),
)('%s finds its rows by a key', async (_name, query) => {
  const plan = await planOf(client, query);
  expect(plan.filter((step) => step.startsWith('SEARCH'))).not.toEqual([]);
  expect(plan.filter((step) => /^SCAN (?!CONSTANT ROW)/.test(step))).toEqual([]);
});
