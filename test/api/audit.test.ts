import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditLine } from '../../contract/audit.ts';
import { WatchedKind } from '../../contract/watch.ts';
import { callOn, type Operation, readOperations, roleOf } from '../support/access/operations.ts';
import { newTeam, nothings, type Team, type Things, thingsOf } from '../support/access/team.ts';
import type { Deed } from '../support/deeds/deed.ts';
import { canariesOf, deeds, untold } from '../support/deeds/deeds.ts';
import { codeOf } from '../support/person.ts';
import { sql } from '../support/sql.ts';
import { until } from '../support/until.ts';
import { openWatch } from '../support/watch.ts';

/*
 * Every operation that changes something is put through this suite. One that is new fails it until `deeds` says how it
 * is called and what the audit must say of it.
 */

let team: Team;
let operations: Operation[];
const faultyAgent = 'audit-that-fails';
const actingAgent = 'Agent of ';
const secrets: string[] = [];
const ofPeople = Object.keys(deeds).filter((id) => deeds[id]?.isOfPlatform);

beforeAll(async () => {
  team = await newTeam();
  operations = (await readOperations(team.client)).filter(({ method }) => method !== 'GET');
  // Whoever calls by this name finds that the audit cannot be written.
  await sql(`CREATE TRIGGER IF NOT EXISTS audit_fails BEFORE INSERT ON audit
    WHEN NEW.user_agent = '${faultyAgent}' BEGIN SELECT RAISE(ABORT, 'the audit fails'); END`);
});
afterAll(async () => {
  await sql('DROP TRIGGER audit_fails');
});

function operationOf(id: string): Operation {
  const operation = operations.find((one) => one.id === id);
  if (!operation) throw new Error(`There is no operation ${id}.`);
  return operation;
}

/** Newest first: the lines of the organisation, and those of the platform that name it, or that are of people. */
async function readLines(): Promise<AuditLine[]> {
  const read = async (path: string) => {
    const { body } = await team.client.call<{ items: AuditLine[] }>('GET', `/api/v1/audit${path}`);
    return body.items;
  };
  const made = deeds.createOrg?.name?.(team) ?? '';
  const lines = [...(await read('?limit=200')), ...(await read(`/platform?resource_name=${made}`))];
  for (const id of ofPeople) {
    const all = await read(`/platform?limit=200&operation=${id}`);
    // Other tests have people too.
    lines.push(...all.filter((line) => line.user_agent?.startsWith(actingAgent)));
  }
  return lines;
}

function actorOf(operation: Operation) {
  const person = deeds[operation.id]?.person?.(team);
  if (person) {
    const { email, userId, browser } = person;
    const headers = { origin: team.client.url, cookie: browser.cookie ?? '' };
    return {
      credentials: { token: null, org: null, headers },
      line: { kind: 'person', id: userId, name: email },
    };
  }
  switch (operation.entry.access) {
    case 'platform':
      return {
        credentials: {},
        line: { kind: 'platform_administrator', id: 'admin', name: 'admin' },
      };
    case 'enrolment_token': {
      const id = expect.stringMatching(/^ent_/);
      return {
        credentials: { token: team.enrolmentToken },
        line: { kind: 'enrollment_token', id, name: id },
      };
    }
    case 'host':
      return {
        credentials: { token: team.hostSecret },
        line: { kind: 'host', id: team.hostId, name: 'renamed' },
      };
    default: {
      const id = expect.stringMatching(/^tok_/);
      return {
        credentials: { token: team.tokens.admin },
        line: { kind: 'token', id, name: 'admin of a test' },
      };
    }
  }
}

/** What people decide, as the database has it. */
async function readDecided(): Promise<unknown> {
  const { orgId, name } = team;
  const at = 'deployment_id IN (SELECT id FROM deployments WHERE org_id = ?)';
  const ofMembers = 'user_id IN (SELECT user_id FROM members WHERE org_id = ?)';
  const questions = [
    ['SELECT id, name, replacement_held_at FROM orgs WHERE id = ?', orgId],
    ['SELECT id, name, deleting_at FROM orgs WHERE name LIKE ?', `${name}%`],
    ['SELECT id, name, revoked_at FROM api_tokens WHERE org_id = ?', orgId],
    ['SELECT id, uses_left FROM enrollment_tokens WHERE org_id = ?', orgId],
    ['SELECT id, revision, catalogue_digest FROM backends WHERE org_id = ?', orgId],
    ['SELECT id, revision, stopped, deleting FROM deployments WHERE org_id = ?', orgId],
    [`SELECT deployment_id, revision FROM deployment_revisions WHERE ${at}`, orgId],
    ['SELECT id, name, labels, schedulable, draining FROM hosts WHERE org_id = ?', orgId],
    ['SELECT id, revoked_at, rotation_asked_at, secret_hash FROM hosts WHERE org_id = ?', orgId],
    ['SELECT name, revision, sealed FROM secrets WHERE org_id = ?', orgId],
    ['SELECT id FROM invitations WHERE org_id = ?', orgId],
    ['SELECT user_id, role FROM members WHERE org_id = ?', orgId],
    ['SELECT server, username, updated_at FROM registries WHERE org_id = ?', orgId],
    ['SELECT route, key FROM idempotency_keys WHERE org_id = ?', orgId],
    ['SELECT user_id, role FROM members WHERE org_id = ?', orgId],
    ['SELECT id, role FROM invitations WHERE org_id = ?', orgId],
    [`SELECT user_id, password FROM accounts WHERE ${ofMembers}`, orgId],
    [`SELECT id FROM sessions WHERE ${ofMembers}`, orgId],
    [`SELECT code_hash FROM sign_in_links WHERE ${ofMembers}`, orgId],
    ['SELECT code_hash FROM sign_in_links WHERE email = ?', 'x@example.test'],
    ['SELECT id FROM audit WHERE org_id = ?', orgId],
  ] as const;
  return Promise.all(questions.map(([text, value]) => sql(text, [value])));
}

/** Does a deed as whoever may, with an agent of this name. */
function act(
  operation: Operation,
  deed: Deed,
  things: Things,
  body: unknown,
  userAgent: string,
): ReturnType<typeof callOn> {
  const { credentials } = actorOf(operation);
  const headers = {
    ...credentials.headers,
    'user-agent': userAgent,
    'cf-connecting-ip': '192.0.2.7',
  };
  const path = operation.path + (deed.query?.(team) ?? '');
  return callOn(team, { ...operation, path }, { ...credentials, headers }, things, body);
}

/** What opens a door, of what was sent and answered: a token, a code, a secret, a session. */
function keysIn(sent: unknown, { body, headers }: Awaited<ReturnType<typeof callOn>>): string[] {
  const { code, next_secret } = Object(sent);
  const cookie = /longshore_session=([^.;]+)/.exec(headers.get('set-cookie') ?? '')?.[1];
  const { token, url } = Object(body);
  return [code, next_secret, cookie, token, url && codeOf(url)].filter(Boolean);
}

/** Why those who watch the team's organisation hear nothing of a deed on a thing that they hear of otherwise. */
const untoldToWatchers: Record<string, string> = {
  createOrg: 'nobody is in it yet',
  deleteOrg: 'it is another organisation',
  enrollHost: 'its first sync is told',
};

test('every operation that is no GET has a deed, or a reason to be told by none', () => {
  const ids = operations.map(({ id }) => id).sort();
  expect(ids).toEqual([...Object.keys(deeds), ...Object.keys(untold)].sort());
});

describe('a change has one line, in the batch that makes it', () => {
  test.each(Object.entries(deeds))('%s', async (id, deed) => {
    const operation = operationOf(id);
    const instead = (await deed.prepare?.(team)) ?? [];
    const things = thingsOf(team).map(
      ([place, thing]): Things[number] =>
        instead.find(([other]) => other === place) ?? [place, thing],
    );
    const body = await deed.body?.(team);
    const [before, linesBefore] = [await readDecided(), await readLines()];

    // Where the line cannot be written there is no change either.
    const refused = await act(operation, deed, things, body, faultyAgent);
    expect(refused.status, JSON.stringify(refused.body)).toBeGreaterThanOrEqual(400);
    expect(await readDecided()).toEqual(before);

    const watch = await openWatch(team.client);
    const sent = Date.now();
    const userAgent = `${actingAgent}${id} ${'x'.repeat(300)}`;
    const reply = await act(operation, deed, things, body, userAgent);
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    secrets.push(...keysIn(body, reply));
    const { data: watched } = WatchedKind.safeParse(deed.kind);
    if (watched && !(id in untoldToWatchers)) {
      // Who watches an organisation that was changed itself is asked to dial anew.
      const isTold = () =>
        watched === 'org' ? watch.isEnding() : watch.changed(watched).length > 0;
      await until(`those who watch are told that a ${watched} changed`, isTold, 5_000);
    }
    const known = new Set(linesBefore.map((line) => line.id));
    const lines = (await readLines()).filter((line) => !known.has(line.id));
    expect(lines).toHaveLength(1);
    const [line] = lines;
    const place = things.find(([one]) => operation.path.includes(one));
    expect(line).toMatchObject({
      actor: actorOf(operation).line,
      operation: id,
      resource: { kind: deed.kind, name: deed.name?.(team) ?? place?.[1] },
      address: '192.0.2.7',
      user_agent: userAgent.slice(0, 200),
      request_id: reply.headers.get('longshore-request-id'),
      changes_left_out: 0,
    });
    const changes = Object.fromEntries(
      (line?.changes ?? []).map((change) => [change.pointer, [change.before, change.after]]),
    );
    expect(changes).toMatchObject(deed.changes);
    expect(Math.abs(Date.parse(line?.time ?? '') - sent)).toBeLessThan(60_000);
    if (operation.path.includes('{id}')) expect(line?.resource.id).toBe(place?.[1]);

    if (!deed.twiceIsOnce) return;
    const again = await act(operation, deed, things, body, userAgent);
    expect(again.status).toBeLessThan(300);
    expect(await readLines()).toHaveLength(linesBefore.length + 1);
  });

  test('what a secret, a token or a password is stands in no line', async () => {
    const rows = JSON.stringify(await sql('SELECT * FROM audit'));
    const canaries = [...canariesOf(team), ...secrets];
    expect(rows).toContain(team.secret);
    expect(secrets).toHaveLength(10);
    for (const canary of canaries) expect(rows).not.toContain(canary);
  });
});

test('a refused call has no line: too small a role, nothing there, a body that is none', async () => {
  const before = await readLines();
  let count = 0;
  const expectRefused = async (reply: ReturnType<typeof callOn>, what: string) => {
    const { status } = await reply;
    expect(status, what).toBeGreaterThanOrEqual(400);
    count += 1;
  };
  for (const operation of operations.filter(({ id }) => id in deeds)) {
    const { credentials } = actorOf(operation);
    const { id, entry, method, path } = operation;
    const raw = { type: 'application/json', text: '{"no":' };
    if (method !== 'DELETE') {
      await expectRefused(callOn(team, operation, { ...credentials, raw }), id);
    }
    if (entry.body) {
      await expectRefused(callOn(team, operation, credentials, undefined, { no: 1 }), id);
    }
    if (path.includes('{') && entry.across !== 'makes') {
      await expectRefused(callOn(team, operation, credentials, nothings()), id);
    }
    if (roleOf(operation) === null) continue;
    await expectRefused(callOn(team, operation, { token: team.tokens.viewer }), id);
  }
  expect(await readLines()).toEqual(before);
  console.log(`audit: ${Object.keys(deeds).length} deeds; ${count} refused calls without a line`);
});

test('an answer that is given again under its key is told once, also where both come at once', async () => {
  const before = (await readLines()).length;
  const body = { name: `${team.name}-once`, backend_name: team.backend };
  const post = () =>
    team.client.call('POST', '/api/v1/deployments', body, {
      headers: { 'idempotency-key': 'once' },
    });
  const replies = [...(await Promise.all([post(), post(), post()])), await post()];
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect((await readLines()).length).toBe(before + 1);
});
