import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client/http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewSignInLink } from '../../contract/people.ts';
import { noRateLimits } from '../../local/no-rate-limits.ts';
import type { Stack } from '../../local/stack.ts';
import { startStack } from '../../local/start-stack.ts';
import { callOn, readOperations } from '../support/access/operations.ts';
import { newApiToken, newTeam, type Team } from '../support/access/team.ts';
import { type Client, clientAt, newOrg } from '../support/client.ts';
import { type Dump, dumpDatabase, textsOf } from '../support/dump.ts';
import { type FakeAgent, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { leaksIn } from '../support/leaks.ts';
import { codeOf, invite, newEmail, newPerson, password } from '../support/person.ts';
import { cookieKeyOf, disguisesOf, passwordOf, waysIn } from '../support/thief.ts';

/*
 * Somebody has a copy of the whole database of a control plane that is in use, and tries what can be tried with it. The
 * stack is this file's own, so that all that stands in its database is known.
 */

let home: string;
let stack: Stack;
let team: Team;
let dump: Dump;
let agent: FakeAgent;
/** Everything that lets somebody in or must stay secret, by what it is. */
let secrets: Record<string, string>;
/** The credentials that are good now, by the way that they open. */
let good: Record<string, string>;
let key: string;
const secretName = 'CANARY';
const secretValue = `canary-${randomBytes(16).toString('hex')}`;
const ownPassword = `canary-password-${randomBytes(9).toString('hex')}`;

const platform = () => clientAt(stack.url, stack.adminToken, 'org_default');
const must = async (reply: ReturnType<Client['call']>) => {
  const { status, body } = await reply;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'longshore-stolen-'));
  stack = await startStack({ home, port: 0, agent: false, settings: noRateLimits });
  key = cookieKeyOf(stack.adminToken);
  team = await newTeam(platform());
  await populate();
  dump = await dumpDatabase(stack.databaseUrl, stack.databaseToken);
}, 60_000);
afterAll(async () => {
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
});

/** One of everything that lets somebody in, or did: used, ended, replaced and open. */
async function populate(): Promise<void> {
  const { client } = team;
  const put = (path: string, body: unknown) => must(client.call('PUT', `/api/v1${path}`, body));
  await put(`/secrets/${secretName}`, { value: secretValue });
  agent = await newFakeAgent(client);
  const deployment = {
    name: 'with-secret',
    backend_name: team.backend,
    env: { KEY: `Bearer {{secrets.${secretName}}}` },
    placement: { hosts: [agent.hostId] },
  };
  const headers = { 'idempotency-key': 'key-of-a-caller' };
  await must(client.call('POST', '/api/v1/deployments', deployment, { headers }));

  const retired = agent.secret;
  await must(client.call('POST', `/api/v1/hosts/${agent.hostId}/rotate-secret`));
  const next = newSecret();
  const offer = { next_secret: next };
  await must(client.call('POST', '/api/agent/v1/rotate', offer, { token: retired }));
  const removed = await newFakeAgent(client);
  await must(client.call('DELETE', `/api/v1/hosts/${removed.hostId}?force=true`));

  const revoked = await newApiToken(client, 'admin');
  await must(client.call('DELETE', `/api/v1/tokens/${revoked.id}`));

  const { browser } = team.people.admin;
  const change = { current_password: password, new_password: ownPassword };
  await must(browser.call('PUT', '/api/v1/me/password', change));
  const member = await newPerson(client, 'viewer');
  const invitation = await invite(client, newEmail(), 'admin');
  const link = { email: member.email, role: 'viewer' };
  const made = await client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', link);

  good = {
    token: team.tokens.admin,
    'signed cookie': tokenOf(browser.cookie),
    'sign-in link': codeOf(made.body.url),
    invitation: codeOf(invitation.url),
    host: next,
    'host that syncs': next,
    'enrolment token': team.enrolmentToken,
    password: ownPassword,
  };
  secrets = {
    ...good,
    'administrator token': stack.adminToken,
    'key of secrets': secretsKey(),
    'key of cookies': key,
    'token of the database': stack.databaseToken,
    'token of a viewer': team.tokens.viewer,
    'token of an operator': team.tokens.operator,
    'revoked token': revoked.token,
    'session of a viewer': tokenOf(member.browser.cookie),
    'password of others': password,
    'retired secret of a host': retired,
    'secret of a removed host': removed.secret,
    'secret of another host': team.hostSecret,
    secret: secretValue,
  };
}

const secretsKey = () => readFileSync(stack.home.secretsKey, 'utf8').trim();

/** The token in a session's cookie, without its signature. */
function tokenOf(cookie: string | null): string {
  return decodeURIComponent(cookie?.split('=')[1] ?? '').split('.')[0] ?? '';
}

/** The texts of the stolen database that fit into a header. */
function loot(): { column: string; text: string }[] {
  return textsOf(dump).filter(({ text }) => /^[\x21-\x7e]{1,4000}$/.test(text));
}

const isDigest = ({ text }: { text: string }) => /^[0-9a-f]{64}$/.test(text);

async function inTurn<Item>(items: readonly Item[], work: (item: Item) => Promise<void>) {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 6 }, lane));
}

/** What lets somebody in or says what there is, without what the clock and the planner write meanwhile. */
function lasting({ events, instances, deployments, settings, ...rest }: Dump): unknown {
  const moving = /^(replacement_held_at|status|status_changed_at|last_seen_at|observed_hash)$/;
  const text = JSON.stringify(rest, (name, value) => (moving.test(name) ? undefined : value));
  return JSON.parse(text);
}

test('no secret, token, password or code stands in it, in any form or part', () => {
  const text = JSON.stringify(dump);
  expect(leaksIn(text, secrets)).toEqual([]);
  // What people choose has little chance in it: a bare digest would be guessed.
  for (const guessable of [secretValue, ownPassword, password]) {
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512']) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        const digest = createHash(algorithm).update(guessable).digest(encoding);
        expect(text, algorithm).not.toContain(digest);
      }
    }
  }
  const hashes = (dump.accounts ?? []).map((account) => String(account.password));
  expect(hashes.length).toBeGreaterThan(3);
  // The same password of several people, each with its own salt.
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('nothing in it lets anybody in, by any way, and trying changes nothing', async () => {
  const client = clientAt(stack.url, '', '');
  const ways = waysIn(client, key);
  const byPassword = passwordOf(client, team.people.admin.email);
  // Every digest, and of each column a text and the last of those within.
  const first = new Map([...loot()].reverse().map((found) => [found.column, found]));
  const last = new Map(loot().map((found) => [found.column, found]));
  const chosen = new Set([...first.values(), ...last.values(), ...loot().filter(isDigest)]);
  const texts = [...new Map([...chosen].map((found) => [found.text, found])).values()];
  let refused = 0;
  await inTurn(texts, async ({ column, text }) => {
    // A password takes long to be refused: one of each column.
    const isFirst = first.get(column)?.text === text;
    for (const attempt of isFirst ? [...ways, byPassword] : ways) {
      for (const disguise of disguisesOf(text, attempt)) {
        const { status, body, cost } = await attempt.call(disguise);
        const what = `${column} as ${attempt.way}: ${JSON.stringify(body)}`;
        expect([400, 401, 422], what).toContain(status);
        expect(cost.rowsWritten, what).toBe(0);
        refused += 1;
      }
    }
  });
  const columns = new Set([...chosen].map(({ column }) => column)).size;
  console.log(`stolen database: ${refused} attempts with ${columns} columns, none let in`);
  expect(columns).toBeGreaterThan(80);
  const after = await dumpDatabase(stack.databaseUrl, stack.databaseToken);
  expect(lasting(after)).toEqual(lasting(dump));
}, 120_000);

test('no digest in it is taken as a credential by any operation', async () => {
  const operations = await readOperations(team.client);
  const digests = loot().filter(({ column }) =>
    ['api_tokens.token_hash', 'hosts.secret_hash', 'sessions.token_hash'].includes(column),
  );
  const oneOfEach = new Map(digests.map(({ column, text }) => [column, text]));
  expect(oneOfEach.size).toBe(3);
  const guarded = operations.filter(({ entry }) => entry.access !== 'anybody');
  await inTurn(guarded, async (operation) => {
    for (const [column, token] of oneOfEach) {
      const { status } = await callOn(team, operation, { token });
      expect(status, `${column} in ${operation.id}`).toBe(401);
    }
  });
});

test('no key that can be made from it opens a secret; the one that is kept elsewhere does', () => {
  const row = dump.secrets?.find(({ name }) => name === secretName);
  const sealed = Buffer.from(String(row?.sealed), 'base64');
  const open = (bytes: Buffer, name = secretName) => {
    const decipher = createDecipheriv('aes-256-gcm', bytes, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(`longshore secret\n${row?.org_id}\n${name}`));
    decipher.setAuthTag(sealed.subarray(-16));
    try {
      return decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      return null; // All that it says is that it does not open.
    }
  };
  const keysOf = (text: string) => [
    createHash('sha256').update(text).digest(),
    Buffer.concat([Buffer.from(text), Buffer.alloc(32)]).subarray(0, 32),
    ...['hex', 'base64'].flatMap((encoding) => {
      const bytes = Buffer.from(text, encoding as BufferEncoding); // one of these two
      return bytes.length >= 32 ? [bytes.subarray(0, 32), bytes.subarray(-32)] : [];
    }),
  ];
  const candidates = textsOf(dump).flatMap(({ text }) => keysOf(text));
  expect(candidates.length).toBeGreaterThan(500);
  expect(candidates.filter((bytes) => open(bytes) !== null)).toEqual([]);
  const kept = Buffer.from(secretsKey(), 'base64');
  expect(open(kept)).toBe(secretValue);
  expect(open(kept, `${secretName}2`)).toBeNull();
});

test('a sealed value that was copied to another name or organisation reaches no host', async () => {
  const other = await newOrg(platform());
  const database = createClient({ url: stack.databaseUrl, authToken: stack.databaseToken });
  const copies = [
    { orgId: other.orgId, name: secretName },
    { orgId: other.orgId, name: 'OTHER' },
    { orgId: team.orgId, name: 'OTHER' },
  ];
  for (const { orgId, name } of copies) {
    await database.execute({
      sql: `INSERT INTO secrets SELECT ?, ?, key_id, sealed, revision, created_at, updated_at
            FROM secrets WHERE org_id = ? AND name = ?`,
      args: [orgId, name, team.orgId, secretName],
    });
  }
  for (const [client, names] of [
    [other, [secretName, 'OTHER']],
    [team.client, ['OTHER', secretName]],
  ] as const) {
    const host = await newFakeAgent(client);
    const deployment = {
      name: 'thief',
      image_name: 'none/none:1',
      env: Object.fromEntries(names.map((name) => [name, `{{secrets.${name}}}`])),
      gpu: { count: 0 },
      placement: { hosts: [host.hostId] },
    };
    await must(client.call('POST', '/api/v1/deployments', deployment));
    const { body } = await host.sync();
    expect(body.desired?.launches).toHaveLength(1);
    // In its own place it opens.
    const expected = client === other ? {} : { [secretName]: secretValue };
    expect(body.desired?.secrets).toEqual(expected);
  }
});

test('the very same attempts succeed with what is not in it', async () => {
  const client = clientAt(stack.url, '', '');
  const attempts = [...waysIn(client, key), passwordOf(client, team.people.admin.email)];
  for (const [way, credential] of Object.entries(good)) {
    const attempt = attempts.find((one) => one.way === way);
    const reply = await attempt?.call(credential);
    expect(reply?.status, `${way}: ${JSON.stringify(reply?.body)}`).toBe(200);
  }
});
