import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client/http';
import { expect, onTestFinished } from 'vitest';
import type { Instance } from '../../contract/instance.ts';
import type { NewSignInLink } from '../../contract/people.ts';
import { noRateLimits } from '../../local/no-rate-limits.ts';
import type { Stack } from '../../local/stack.ts';
import { startStack } from '../../local/start-stack.ts';
import { callOn, readOperations } from '../support/access/operations.ts';
import { newTeam, type Team } from '../support/access/team.ts';
import { type AgentProcess, startAgentProcess } from '../support/agent-process.ts';
import { type Client, clientAt } from '../support/client.ts';
import { docker, dockerTest } from '../support/docker.ts';
import { dumpDatabase } from '../support/dump.ts';
import { startEchoServer } from '../support/echo-server.ts';
import { newSecret } from '../support/fake-agent.ts';
import { leaksIn } from '../support/leaks.ts';
import { leakyDeployments, outcomes } from '../support/leaky-deployments.ts';
import { startOidcProvider } from '../support/oidc-provider.ts';
import { codeOf, invite, newEmail, password } from '../support/person.ts';
import { until } from '../support/until.ts';

/*
 * Every kind of secret goes once through the whole: control plane, database, agent, engine, container, and through all
 * that can go wrong with it. Then it is looked for wherever people, logs and disks can show it.
 */

const canary = (kind: string) => `canary-${kind}-${randomBytes(16).toString('hex')}`;
const secrets = {
  ENVIRONMENT: canary('environment'),
  ARGUMENT: canary('argument'),
  REGISTRY: canary('registry'),
  MODEL: canary('model'),
};
const lines = [canary('first-line'), canary('second-line')];
const ownPassword = canary('password');

dockerTest(
  'no secret, token, password or code is in the database, a log, an event, a label, a file of the agent or an answer',
  { timeout: 120_000 },
  async () => {
    const [provider, registry] = await Promise.all([startOidcProvider(), startEchoServer()]);
    const home = mkdtempSync(join(tmpdir(), 'longshore-canaries-'));
    const settings = {
      ...noRateLimits,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.clientSecret,
    };
    const stack = await startStack({ home, port: 0, agent: false, settings });
    onTestFinished(async () => {
      await stack.stop();
      await Promise.all([provider.stop(), registry.stop()]);
      rmSync(home, { recursive: true, force: true });
    });
    const team = await newTeam(clientAt(stack.url, stack.adminToken, 'org_default'));
    const agent = await startAgentProcess(team.client, {
      env: { HF_ENDPOINT: `http://${registry.server}` },
    });

    const answers = await deployAll(team, agent, registry.server);
    const more = await codesOf(team);
    const canaries: Record<string, string> = {
      ...secrets,
      'first line': lines[0] ?? '',
      'second line': lines[1] ?? '',
      'token of a viewer': team.tokens.viewer,
      'token of an admin': team.tokens.admin,
      'secret of a host': team.hostSecret,
      'secret of the host that runs it': secretOf(agent),
      'enrolment token': team.enrolmentToken,
      session: /=(lss_[^.]+)/.exec(team.people.admin.browser.cookie ?? '')?.[1] ?? '',
      password: ownPassword,
      ...more,
      'administrator token': stack.adminToken,
      'key of secrets': readFileSync(stack.home.secretsKey, 'utf8').trim(),
      'token of the database': stack.databaseToken,
      'secret of the client at the provider': provider.clientSecret,
    };

    const [said] = await Promise.all([misuse(team, canaries), settle(team)]);
    answers.push(...said, ...(await breakTables(stack, team, canaries)));

    // They were where they must be, and everybody who should not was tempted.
    const containers = await inspectAll(agent);
    expect(containers.environments).toContain(secrets.ENVIRONMENT);
    expect(containers.environments).toContain(secrets.ARGUMENT);
    expect(containers.logs).toContain(secrets.ENVIRONMENT);
    expect(registry.seen.join()).toContain(secrets.REGISTRY);
    expect(registry.seen.join()).toContain(secrets.MODEL);

    const read = await readAll(team);
    expect(read).toContain('Bearer ***');
    expect(read).toContain('***');
    const files = filesOf(agent.folder);
    expect(files).toContain('desired.json');
    const dump = await dumpDatabase(stack.databaseUrl, stack.databaseToken);
    process.kill(stack.pids.database ?? 0, 'SIGKILL');
    answers.push(...(await ask(team, canaries, [503])));

    const places: Record<string, string> = {
      database: JSON.stringify(dump),
      "the control plane's log": filesOf(stack.home.logs),
      "the agent's log": agent.log(),
      "the agent's files": files,
      containers: containers.rest,
      'what can be read': read,
      answers: answers.join('\n'),
    };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(1000);
      expect(leaksIn(text, canaries), place).toEqual([]);
    }
    expect(places["the control plane's log"]).toContain('request failed');
  },
);

/** Gives what was answered. */
async function deployAll({ client }: Team, { hostId }: AgentProcess, server: string) {
  const said: string[] = [];
  const call = async (method: string, path: string, body: unknown) => {
    const reply = await client.call(method, `/api/v1${path}`, body);
    expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(300);
    said.push(JSON.stringify(reply.body));
  };
  for (const [name, value] of Object.entries({ ...secrets, LINES: lines.join('\n') })) {
    await call('PUT', `/secrets/${name}`, { value });
  }
  await call('PUT', `/registries/${server}`, { username: 'u', password: '{{secrets.REGISTRY}}' });
  for (const deployment of leakyDeployments(hostId, server)) {
    await call('POST', '/previews', { deployment });
    await call('POST', '/deployments', deployment);
  }
  return said;
}

/** Waits until each deployment has come to its end, so that what it had was where it could leak. */
async function settle({ client }: Team): Promise<void> {
  for (const [name, isSo] of Object.entries(outcomes)) {
    await until(`"${name}" came to its end`, async () => {
      const path = `/api/v1/deployments/${name}/instances`;
      const { body } = await client.call<{ items: Instance[] }>('GET', path);
      return body.items.some(isSo);
    });
  }
}

/** Links that are open. The administrator's password is another one from then on. */
async function codesOf({ client, people }: Team): Promise<Record<string, string>> {
  const change = { current_password: password, new_password: ownPassword };
  const changed = await people.admin.browser.call('PUT', '/api/v1/me/password', change);
  expect(changed.status, JSON.stringify(changed.body)).toBeLessThan(300);
  const input = { email: people.viewer.email };
  const { body } = await client.call<NewSignInLink>('POST', '/api/v1/sign-in-links', input);
  const { url } = await invite(client, newEmail(), 'viewer');
  return { 'sign-in link': codeOf(body.url), invitation: codeOf(url) };
}

const secretOf = ({ folder }: AgentProcess): string =>
  JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')).secret;

/** Every file below but the agent's identity, which is what holds its secret. */
function filesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'identity.json')
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`)
    .join('\n');
}

/** What the engine tells of the host's containers: what they must be given, and the rest. */
async function inspectAll({ hostId }: AgentProcess) {
  const ids = await docker().containersOf(hostId);
  const found = JSON.parse(await docker().cli('inspect', ...ids));
  const logs = await Promise.all(ids.map((id) => docker().cli('logs', id)));
  const given = ['Env', 'Cmd', 'Entrypoint', 'Args', 'Path'];
  const rest = JSON.stringify(found, (key, value) => (given.includes(key) ? undefined : value));
  return { environments: JSON.stringify(found), rest, logs: logs.join('\n') };
}

/** Everything that the organisation can read. */
async function readAll(team: Team): Promise<string> {
  const said = [await team.client.call('GET', '/api/openapi.json')];
  for (const operation of await readOperations(team.client)) {
    if (operation.method === 'GET' && operation.entry.access !== 'host') {
      said.push(await callOn(team, operation, {}));
    }
  }
  for (const name of Object.keys(outcomes)) {
    const path = `/api/v1/deployments/${name}`;
    const { body } = await team.client.call<{ items: Instance[] }>('GET', `${path}/instances`);
    const ids = body.items.map(({ id }) => `/api/v1/instances/${id}`);
    const paths = [path, `${path}/events`, `${path}/revisions`, ...ids];
    for (const one of [...paths, ...ids.map((id) => `${id}/events`)]) {
      said.push(await team.client.call('GET', one));
    }
  }
  return said.map(({ body }) => JSON.stringify(body)).join('\n');
}

/** Sends secrets where they do not belong, and in bodies that are refused. Gives what was answered. */
async function misuse({ client, people }: Team, canaries: Record<string, string>) {
  const said: string[] = [];
  const call = async (...[method, path, body, options]: Parameters<Client['call']>) => {
    const reply = await client.call(method, path, body, options);
    expect(reply.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
    expect(reply.status, `${method} ${path}`).toBeLessThan(500);
    return JSON.stringify(reply.body);
  };
  const { email } = people.admin;
  const signIn = { email, password: secrets.ENVIRONMENT };
  said.push(await call('POST', '/api/auth/sign-in/password', signIn));
  for (const value of Object.values(canaries)) {
    const bodies: Parameters<Client['call']>[] = [
      ['PUT', '/api/v1/secrets/BAD', { value, note: value }],
      ['PUT', '/api/v1/secrets/BAD', { value: [value] }],
      ['PUT', '/api/v1/registries/bad.example', { username: 'u', password: value }],
      ['POST', '/api/v1/deployments', { name: 'bad', env: [value], replicas: value }],
      ['PUT', '/api/v1/secrets/BAD', undefined, { yaml: `value: "${value}\n  - [` }],
      ['POST', '/api/auth/invitations/accept', { code: [value], name: value }],
      ['POST', '/api/agent/v1/enroll', { secret: value, install_id: value }, { token: value }],
      ['POST', '/api/agent/v1/sync', { process_id: [value] }, { token: value }],
    ];
    const raw = { type: 'application/json', text: `{"value": "${value}"` };
    bodies.push(['PUT', '/api/v1/secrets/BAD', undefined, { raw }]);
    said.push(...(await Promise.all(bodies.map((body) => call(...body)))));
  }
  // Whoever puts a token into an address reads it in the answer: but nobody else, in the log.
  for (const token of Object.values(canaries).filter((value) => /^ls[a-z]_/.test(value))) {
    await call('GET', `/api/v1/deployments/${token}?token=${token}`);
  }
  return said;
}

/** Asks for what needs the database while it fails. Gives what was answered. */
async function ask(team: Team, canaries: Record<string, string>, statuses: number[]) {
  const { client, people, tokens } = team;
  const { browser, email } = people.admin;
  const headers = { origin: client.url };
  const install = { install_id: 'x'.repeat(16), name: 'x', secret: newSecret() };
  const link = { code: canaries['sign-in link'] };
  const replies = [
    await client.call('PUT', '/api/v1/secrets/ENVIRONMENT', { value: secrets.ENVIRONMENT }),
    await client.call('GET', '/api/v1/me', undefined, { token: tokens.admin, org: null }),
    await browser.call('GET', '/api/v1/me'),
    await browser.call('POST', '/api/auth/sign-in/password', { email, password: ownPassword }),
    await client.call('POST', '/api/auth/sign-in-links/redeem', link, { token: null, headers }),
    await client.call('POST', '/api/agent/v1/enroll', install, { token: team.enrolmentToken }),
    await client.call('GET', '/api/agent/v1/host', undefined, { token: team.hostSecret }),
  ];
  expect(
    replies.map(({ status }) => status).filter((status) => !statuses.includes(status)),
  ).toEqual([]);
  return replies.map(({ body }) => JSON.stringify(body));
}

/** Has every statement fail that knows of the tables of credentials, and asks. */
async function breakTables(stack: Stack, team: Team, canaries: Record<string, string>) {
  const tables = ['secrets', 'api_tokens', 'sessions', 'users', 'accounts', 'hosts'];
  const database = createClient({ url: stack.databaseUrl, authToken: stack.databaseToken });
  const rename = (from: string, to: string) =>
    database.execute(`ALTER TABLE ${from} RENAME TO ${to}`);
  const broken = [...tables, 'sign_in_links', 'enrollment_tokens'];
  for (const table of broken) await rename(table, `${table}_away`);
  try {
    return await ask(team, canaries, [500, 503]);
  } finally {
    for (const table of broken) await rename(`${table}_away`, table);
  }
}
