import { Failure } from '../../../contract/failure.ts';
import type { Person } from '../../../contract/people.ts';
import { guard, write } from '../../db/batch.ts';
import { toTime } from '../../db/time.ts';
import { platformAudit } from '../audit/entry.ts';
import type { Scope } from '../scope.ts';
import { deleteSignInLinksTo } from '../sign-in/store/links.ts';
import { setPlatform } from '../sign-in/store/users.ts';
import {
  belongsToSoMany,
  deleteUser,
  hasPlatformRole,
  selectMemberships,
  selectPeople,
  selectPersonById,
} from './store.ts';

/*
 * The people of all organisations, for the platform administrator. What is done with them stands in the platform's
 * audit: no organisation learns of people who are not in it.
 */

/** At most `limit` people after the id `after`, or whoever has the address `email`. */
export async function listPeople(
  { database }: Scope,
  filter: { email?: string | undefined; after?: string | undefined },
  limit: number,
): Promise<Person[]> {
  return (await selectPeople(database, filter, limit)).map(toPerson);
}

/**
 * Takes the platform administrator's role away, and the links that would let them in or give it back. Nobody is the
 * last one: whoever runs the control plane has `ADMIN_TOKEN`.
 * @throws Failure `not_found`
 */
export async function lowerPerson(scope: Scope, userId: string): Promise<Person> {
  const { database, now } = scope;
  const person = await readPerson(scope, userId);
  await write(database, [
    ...scope.audit({
      orgId: platformAudit,
      resource: resourceOf(person),
      before: { platform: true },
      after: { platform: false },
      onlyIf: hasPlatformRole(userId),
    }),
    { query: setPlatform(database, userId, false, now) },
    { query: deleteSignInLinksTo(database, person.email) },
  ]);
  return { ...person, platform: false };
}

/**
 * Deletes somebody's account, with all sessions, links and memberships, also of an organisation's last administrator:
 * the platform administrator can invite another. Each of their organisations is told that they are gone from it.
 * @throws Failure `not_found`; LostRace where they come into an organisation at the same time, or go
 */
export async function deletePerson(scope: Scope, userId: string): Promise<void> {
  const { database } = scope;
  const [[row], memberships] = await database.batch([
    selectPersonById(database, userId),
    selectMemberships(database, userId),
  ]);
  if (!row) throw missingPerson(userId);
  const person = toPerson(row);
  const { email, name, platform } = person;
  await write(database, [
    guard(database, belongsToSoMany(userId, memberships.length)),
    ...scope.audit({
      orgId: platformAudit,
      resource: resourceOf(person),
      before: { name, platform, org_ids: person.org_ids },
      after: null,
    }),
    ...memberships.flatMap(({ orgId, role }) =>
      scope.audit({
        orgId,
        resource: { kind: 'member', id: userId, name: email },
        before: { name, role },
        after: null,
      }),
    ),
    { query: deleteSignInLinksTo(database, email) },
    { query: deleteUser(database, userId) },
  ]);
}

async function readPerson({ database }: Scope, userId: string): Promise<Person> {
  const [row] = await selectPersonById(database, userId);
  if (!row) throw missingPerson(userId);
  return toPerson(row);
}

function resourceOf({ user_id: id, email: name }: Person) {
  return { kind: 'person' as const, id, name };
}

function missingPerson(userId: string): Failure {
  return new Failure('not_found', `There is no person "${userId}".`);
}

function toPerson({ user, orgIds }: Awaited<ReturnType<typeof selectPeople>>[number]): Person {
  return {
    user_id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name,
    platform: user.platform,
    org_ids: JSON.parse(orgIds),
    created_at: toTime(user.createdAt),
  };
}
