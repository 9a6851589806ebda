import { createClient } from '@libsql/client/http';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reaches, TokenRole } from '../../contract/access.ts';
import {
  type Credentials,
  callOn,
  type Operation,
  readOperations,
  roleOf,
  wordsOf,
} from '../support/access/operations.ts';
import { newTeam, nothings, type Team, thingsOf } from '../support/access/team.ts';
import { newOrg } from '../support/client.ts';
import { codeOf, invite, newPerson, type Person } from '../support/person.ts';

/*
 * Every route of users, called by people who are signed in: they are let in with the same roles as tokens, and a
 * session that is none any more, another site or another organisation gets nothing. No refused call writes a row.
 */

let ours: Team;
let theirs: Team;
let operations: { operation: Operation; role: NonNullable<ReturnType<typeof roleOf>> }[];
const counts: Record<string, number> = {};

beforeAll(async () => {
  [ours, theirs] = [await newTeam(), await newTeam()];
  operations = (await readOperations(ours.client)).flatMap((operation) => {
    const role = roleOf(operation);
    return role ? [{ operation, role }] : [];
  });
});
afterAll(() => {
  console.log(
    `access of people: ${operations.length} operations; refused: ${JSON.stringify(counts)}`,
  );
});

/** What a browser sends for a page of ours. */
const as = ({ browser }: Person, headers: Record<string, string> = {}): Credentials => ({
  token: null,
  org: null,
  headers: { cookie: browser.cookie ?? '', origin: ours.client.url, ...headers },
});

const count = (what: string) => {
  counts[what] = (counts[what] ?? 0) + 1;
};

async function runSql(sql: string, args: string[]) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  await createClient({ url, authToken }).execute({ sql, args });
}

describe('a call of somebody who was signed in is refused, and writes nothing', () => {
  test('with a session that was made up, has expired or was ended, in the same words', async () => {
    const [expired, ended] = [
      await newPerson(ours.client, 'admin'),
      await newPerson(ours.client, 'admin'),
    ];
    await runSql('UPDATE sessions SET expires_at = created_at WHERE user_id = ?', [expired.userId]);
    const cookie = ended.browser.cookie ?? '';
    await ended.browser.call('DELETE', '/api/v1/me/sessions');
    ended.browser.cookie = cookie;
    const madeUp = 'longshore_session=made.up';
    for (const { operation } of operations) {
      const words = [];
      for (const [what, credentials, requests] of [
        ['made up', as(expired, { cookie: madeUp }), 0],
        ['expired', as(expired), 1],
        ['ended', as(ended), 1],
      ] as const) {
        const reply = await callOn(ours, operation, credentials);
        expect(reply, `${operation.id}: ${what}`).toMatchObject({
          status: 401,
          body: { code: 'unauthorized' },
          cost: { requests, rowsWritten: 0 },
        });
        words.push(wordsOf(reply.body));
        count(what);
      }
      expect(new Set(words).size, operation.id).toBe(1);
    }
  });

  test('for a change that comes from another site', async () => {
    const changes = operations.filter(({ operation }) => operation.method !== 'GET');
    for (const { operation } of changes) {
      for (const headers of [
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ]) {
        const reply = await callOn(ours, operation, as(ours.people.admin, headers));
        expect(reply, operation.id).toMatchObject({
          status: 403,
          body: { code: 'foreign_origin' },
          cost: { requests: 0 },
        });
        count('another site');
      }
    }
  });

  test('with too small a role; with that role it is let in', async () => {
    for (const { operation, role } of operations) {
      for (const own of TokenRole.options) {
        const person = ours.people[own];
        if (!reaches(own, role)) {
          const reply = await callOn(ours, operation, as(person));
          expect(reply, `${operation.id} as ${own}`).toMatchObject({
            status: 403,
            body: { code: 'forbidden', detail: expect.stringContaining(`the role "${role}"`) },
            cost: { requests: 1, rowsWritten: 0 },
          });
          count('too small a role');
        } else if (operation.path.includes('{')) {
          const { status } = await callOn(ours, operation, as(person), nothings());
          expect([401, 403], `${operation.id} as ${own}`).not.toContain(status);
        }
      }
    }
  });

  test('in another organisation, whether it is there or not', async () => {
    const none = `org_${'0'.repeat(32)}`;
    for (const { operation } of operations) {
      const inOrg = (org: string) => callOn(ours, operation, { ...as(theirs.people.admin), org });
      const [ofOurs, ofNone] = [await inOrg(ours.orgId), await inOrg(none)];
      expect(ofOurs, operation.id).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
        cost: { requests: 1, rowsWritten: 0 },
      });
      expect(wordsOf(ofOurs.body, [['', ours.orgId]])).toBe(wordsOf(ofNone.body, [['', none]]));
      count('another organisation');
    }
  });

  test("for another organisation's thing, as if it were not there", async () => {
    const things = thingsOf(ours);
    for (const { operation, role } of operations) {
      if (role === 'platform' || !operation.path.includes('{')) continue;
      if (operation.entry.across === 'makes') continue;
      const them = as(theirs.people.admin);
      const ofOurs = await callOn(ours, operation, them, things);
      const ofNone = await callOn(ours, operation, them, nothings());
      expect(ofOurs, operation.id).toMatchObject({ status: 404, cost: { rowsWritten: 0 } });
      expect(ofOurs.cost, operation.id).toEqual(ofNone.cost);
      count("another organisation's thing");
    }
  });

  test('of who was taken out of the organisation, from the next request on', async () => {
    const person = await newPerson(ours.client, 'admin');
    await ours.client.call('DELETE', `/api/v1/members/${person.userId}`);
    for (const { operation, role } of operations) {
      if (operation.entry.own || role === 'platform') continue;
      const reply = await callOn(ours, operation, as(person));
      expect(reply, operation.id).toMatchObject({ status: 403, body: { code: 'no_organisation' } });
      expect(reply.cost.rowsWritten).toBe(0);
      count('removed');
    }
    // What is above all organisations is refused by the role, and what is their own is theirs.
    for (const { operation, role } of operations) {
      if (role !== 'platform') continue;
      const reply = await callOn(ours, operation, as(person));
      expect(reply, operation.id).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });

  test('of who is in several organisations, where it is a change and names none', async () => {
    const person = await newPerson(ours.client, 'admin');
    const other = await newOrg();
    const { url } = await invite(other, person.email, 'admin');
    const accepted = { code: codeOf(url) };
    await person.browser.call('POST', '/api/auth/invitations/accept', accepted);
    const changes = operations.filter(
      ({ operation: { method, entry }, role }) =>
        method !== 'GET' && !entry.own && role !== 'platform',
    );
    for (const { operation } of changes) {
      const reply = await callOn(ours, operation, as(person), nothings());
      expect(reply, operation.id).toMatchObject({
        status: 400,
        body: { code: 'organisation_required', errors: [{ pointer: 'longshore-org' }] },
        cost: { requests: 1, rowsWritten: 0 },
      });
      count('no organisation named');
      const named = { ...as(person), org: other.orgId };
      if (!operation.path.includes('{')) continue;
      const { body } = await callOn(ours, operation, named, nothings());
      expect(body.code, operation.id).not.toBe('organisation_required');
    }
  });
});
