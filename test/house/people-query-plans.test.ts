import { type SQL, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  deleteInvitationsTo,
  hasRoomForInvitation,
  selectInvitations,
  selectInvitationsTo,
  selectSomeInvitationTo,
} from '../../src/tenancy/invitations/store.ts';
import {
  isNoMember,
  isNotLastAdmin,
  selectMember,
  selectMembers,
  selectOrgsOf,
} from '../../src/tenancy/members/store.ts';
import {
  belongsToSoMany,
  selectMemberships,
  selectPeople,
} from '../../src/tenancy/people/store.ts';
import {
  deleteOldestSessions,
  deleteSessions,
  selectAddressesOf,
  selectPerson,
  selectSession,
  selectSessions,
} from '../../src/tenancy/sessions/store.ts';
import { deleteSignInLinksTo, selectLink } from '../../src/tenancy/sign-in/store/links.ts';
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
    selectInvitationsTo: selectInvitationsTo(database, 'o', 'u', 1),
    selectSomeInvitationTo: selectSomeInvitationTo(database, 'e', 1),
    deleteInvitationsTo: deleteInvitationsTo(database, 'o', 'e'),
    isNoMember: asked(isNoMember('o', 'e')),
    deleteOldestSessions: deleteOldestSessions(database, 'u', 100),
    selectPeople: selectPeople(database, { after: 'u' }, 10),
    'selectPeople by address': selectPeople(database, { email: 'e' }, 10),
    selectMemberships: selectMemberships(database, 'u'),
    belongsToSoMany: asked(belongsToSoMany('u', 1)),
    hasRoomForInvitation: asked(hasRoomForInvitation('o', 1, 1)),
    selectLink: selectLink(database, 'hash'),
    deleteSignInLinksTo: deleteSignInLinksTo(database, 'e'),
    selectAccounts: selectAccounts(database, 'u'),
    passwordIs: asked(passwordIs('u', 'hash')),
  }),
)('%s finds its rows by a key', async (_name, query) => {
  const plan = await planOf(client, query);
  expect(plan.filter((step) => step.startsWith('SEARCH'))).not.toEqual([]);
  expect(plan.filter((step) => /^SCAN (?!CONSTANT ROW)/.test(step))).toEqual([]);
});
