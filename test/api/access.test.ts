import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { createClient } from '@libsql/client/http';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reaches, TokenRole } from '../../contract/access.ts';
import { newTokenText } from '../../src/tenancy/tokens/text.ts';
import {
  type Credentials,
  callOn,
  type Operation,
  readOperations,
  roleOf,
  wordsOf,
} from '../support/access/operations.ts';
import { accessTable, undocumented } from '../support/access/table.ts';
import { newApiToken, newTeam, nothings, type Team } from '../support/access/team.ts';
import { newSecret } from '../support/fake-agent.ts';

/*
 * Every route is put through this suite. A route that is new fails it until `accessTable` says who may call it, and
 * until it refuses everybody else. No call that is refused writes a row.
 */

let ours: Team;
let operations: Operation[];
const counts: Record<string, number> = {};

beforeAll(async () => {
  ours = await newTeam();
  operations = await readOperations(ours.client);
});
afterAll(() => {
  console.log(`access: ${operations.length} operations; refused: ${JSON.stringify(counts)}`);
});

const guarded = () => operations.filter(({ entry }) => entry.access !== 'anybody');
const ofUsers = () =>
  operations.flatMap((operation) => {
    const role = roleOf(operation);
    return role ? [{ operation, role }] : [];
  });
const ofAgents = () => guarded().filter((operation) => roleOf(operation) === null);

/** The call is refused with 401, whatever it names, and writes nothing. */
async function expectUnauthorized(what: string, operation: Operation, credentials: Credentials) {
  const reply = await callOn(ours, operation, credentials);
  const name = `${operation.id}: ${what}`;
  expect(reply, name).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  expect(reply.headers.get('www-authenticate'), name).toContain('Bearer');
  expect(reply.cost.rowsWritten, name).toBe(0);
  counts[what] = (counts[what] ?? 0) + 1;
  return reply;
}

async function runSql(sql: string, args: string[]) {
  const { databaseUrl: url, databaseToken: authToken } = inject('stack');
  await createClient({ url, authToken }).execute({ sql, args });
}

test('every operation stands in the table with the role that its route demands, and nothing else does', () => {
  const expected = Object.entries(accessTable).map(([id, { access }]) => [
    id,
    ['host', 'enrolment_token', 'anybody'].includes(access) ? undefined : access,
  ]);
  const found = operations.map(({ id, role }) => [id, role]);
  expect(found.sort()).toEqual(expected.sort());
});

test('every route of the Worker is in the document or known to be a file for anybody', () => {
  const program = `
    import { createApp } from './src/app.ts';
    const routes = createApp().routes.filter(({ method }) => method !== 'ALL');
    console.log(JSON.stringify(routes.map(({ method, path }) => method + ' ' + path)));`;
  const cwd = resolve(import.meta.dirname, '../..');
  const node = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const routes: string[] = JSON.parse(execFileSync(process.execPath, node, { cwd }).toString());
  const documented = operations.map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  );
  expect([...new Set(routes)].sort()).toEqual([...undocumented, ...documented].sort());
});

describe('a call is refused, and writes nothing', () => {
  test('without a token, and with what is none', async () => {
    for (const operation of guarded()) {
      await expectUnauthorized('no token', operation, { token: null });
      for (const authorization of ['Bearer', 'Bearer a b', 'Basic YTpi', ours.tokens.admin]) {
        const headers = { authorization };
        await expectUnauthorized('malformed', operation, { token: null, headers });
      }
    }
  });

  test('with a token that is mistyped, cut, unknown, expired or revoked; the last three read the same', async () => {
    const [expired, revoked] = await Promise.all([
      newApiToken(ours.client, 'admin', { expires_in_seconds: 60 }),
      newApiToken(ours.client, 'admin'),
    ]);
    await runSql('UPDATE api_tokens SET expires_at = created_at WHERE id = ?', [expired.id]);
    await ours.client.call('DELETE', `/api/v1/tokens/${revoked.id}`);
    const { admin } = ours.tokens;
    const other = admin.endsWith('0') ? '1' : '0';
    for (const { operation } of ofUsers()) {
      for (const token of [admin.slice(0, -1) + other, admin.slice(0, -1), `${admin}0`, 'lsk_']) {
        const reply = await expectUnauthorized('wrong checksum', operation, { token });
        expect(reply.cost.requests).toBe(0);
      }
      const replies = [
        await expectUnauthorized('unknown', operation, { token: newTokenText() }),
        await expectUnauthorized('expired', operation, { token: expired.token }),
        await expectUnauthorized('revoked', operation, { token: revoked.token }),
      ];
      expect(replies.map(({ cost }) => cost.requests)).toEqual([1, 1, 1]);
      expect(new Set(replies.map(({ body }) => wordsOf(body))).size).toBe(1);
    }
  });

  test("with a host's secret or an enrolment token on a user route, or a part of the administrator's", async () => {
    const { adminToken } = inject('stack');
    for (const { operation } of ofUsers()) {
      await expectUnauthorized("a host's secret", operation, { token: ours.hostSecret });
      await expectUnauthorized('an enrolment token', operation, { token: ours.enrolmentToken });
      await expectUnauthorized('cut', operation, { token: adminToken.slice(0, -1) });
    }
  });

  test("with a user's token, or another machine's, on an agent's route", async () => {
    const { adminToken } = inject('stack');
    for (const operation of ofAgents()) {
      for (const token of [...Object.values(ours.tokens), adminToken, newSecret()]) {
        await expectUnauthorized("a user's token", operation, { token });
      }
      const others = operation.entry.access === 'host' ? ours.enrolmentToken : ours.hostSecret;
      await expectUnauthorized("another machine's", operation, { token: others });
    }
  });

  test('with too small a role, and it says which one it takes; with that role it is not', async () => {
    for (const { operation, role } of ofUsers()) {
      for (const own of TokenRole.options) {
        const token = ours.tokens[own];
        if (reaches(own, role)) {
          const { status } = await callOn(ours, operation, { token }, nothings());
          if (!operation.path.includes('{')) continue;
          expect([401, 403], `${operation.id} as ${own}`).not.toContain(status);
        } else {
          const reply = await callOn(ours, operation, { token });
          expect(reply, `${operation.id} as ${own}`).toMatchObject({
            status: 403,
            body: { code: 'forbidden', detail: expect.stringContaining(`the role "${role}"`) },
          });
          expect(reply.body.detail).toContain(`has "${own}"`);
          expect(reply.cost, operation.id).toMatchObject({ requests: 1, rowsWritten: 0 });
          counts['too small a role'] = (counts['too small a role'] ?? 0) + 1;
        }
      }
    }
  });
});
