import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { reaches } from '../../contract/access.ts';
import { type Caller, callersOf, tellingOf } from '../support/access/callers.ts';
import { callOn, type Operation, readOperations, roleOf } from '../support/access/operations.ts';
import { newTeam, nothings, type Team, thingsOf } from '../support/access/team.ts';
import type { Reply } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { instancesOf, obey } from '../support/deployment.ts';
import { cudaGpu, type FakeAgent, inventoryWith, newFakeAgent } from '../support/fake-agent.ts';
import { openLink } from '../support/link.ts';
import { newEmail, type Person } from '../support/person.ts';
import { rowsOfOrg } from '../support/rows.ts';
import { until } from '../support/until.ts';

/*
 * Two organisations on one control plane, with all that there is in each. Whoever is in ours tries to learn of theirs
 * what they can: each answer must equal the one for what is nowhere, in status, words, headers and in what it cost.
 */

let ours: Team;
let theirs: Team;
/** A host of theirs with GPUs and labels that say whose it is. */
let theirAgent: FakeAgent;
let operations: Operation[];
let callers: Caller[];
/** Names and ids of theirs that no answer to one of ours may have. */
let marks: string[];
let before: Awaited<ReturnType<typeof readTheirs>>;
const theirLabel = `canary-label-${randomBytes(6).toString('hex')}`;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([newTeam(), newTeam()]);
  callers = callersOf(ours);
  operations = (await readOperations(ours.client)).filter((one) => roleOf(one) !== null);
  const gpu = { ...cudaGpu(0), uuid: `GPU-${theirLabel}` };
  theirAgent = await newFakeAgent(theirs.client, inventoryWith({ gpus: [gpu] }));
  const change = { name: `${theirLabel}-host`, labels: { team: theirLabel } };
  await must(theirs.client.call('PATCH', hostPath(theirAgent), change, { headers: anyMatch }));
  await deploy(theirs, 'same-name');
  await obey(theirAgent);
  const people = Object.values(theirs.people).flatMap(({ email, userId }: Person) => [
    email,
    userId,
  ]);
  const ids = [theirs.orgId, theirs.hostId, theirs.instanceId, theirs.tokenId, theirs.sessionId];
  const more = [theirs.invitationId, theirs.enrolmentTokenId, theirAgent.hostId];
  marks = [theirs.name, theirLabel, ...people, ...ids, ...more];
  before = await readTheirs();
});

const hostPath = ({ hostId }: FakeAgent) => `/api/v1/hosts/${hostId}`;

async function must<Body>(reply: Promise<Reply<Body>>): Promise<Reply<Body>> {
  const { status, body } = await reply;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return reply;
}

async function deploy({ client }: Team, name: string, change: object = {}) {
  const input = { name, image_name: 'none/none:1', gpu: { count: 1 }, ...change };
  return must(client.call('POST', '/api/v1/deployments', input));
}

/** A program of ours. */
function callerOf(role: string): Caller {
  const found = callers.find((caller) => caller.role === role);
  if (!found) throw new Error(`nobody is ${role}`);
  return found;
}

const anyMatch = { 'if-match': '*' };

/** A call of one of ours. */
function callAs(
  { credentials }: Caller,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const options = { ...credentials, headers: { ...credentials.headers, ...headers } };
  return ours.client.call(method, `/api/v1${path}`, body, options);
}

/** What is theirs, without what their hosts' silence writes meanwhile. */
async function readTheirs() {
  const { events, hosts, instances, deployments, orgs, ...rest } = await rowsOfOrg(theirs.orgId);
  const hostsOf = hosts?.map((row) => row.replace(/"(status|observed|last_seen)\w*":[^,}]*/g, ''));
  const names = orgs?.map((row) => JSON.parse(row).name);
  return { ...rest, hostsOf, names, deployments: deployments?.length };
}

test("what is theirs is answered to every role, program and person, as what is nowhere; ours' answers have nothing of theirs", async () => {
  const [of, none] = [thingsOf(theirs), nothings()];
  const namesOf = (things: typeof of) => things.map(([, thing]) => thing);
  let count = 0;
  for (const operation of operations) {
    if (!operation.path.includes('{') || operation.path.includes('/catalog/')) continue;
    for (const caller of callers) {
      const mayMake = reaches(caller.role, roleOf(operation) ?? 'platform');
      if (operation.entry.across === 'makes' && mayMake) continue;
      const ofTheirs = await callOn(ours, operation, caller.credentials, of);
      const ofNone = await callOn(ours, operation, caller.credentials, none);
      const what = `${operation.id} as ${caller.who}`;
      expect([403, 404], what).toContain(ofTheirs.status);
      expect(tellingOf(ofTheirs, namesOf(of)), what).toEqual(tellingOf(ofNone, namesOf(none)));
      expect(ofTheirs.cost.rowsWritten, what).toBe(0);
      count += 1;
    }
  }
  console.log(`two organisations: ${count} calls by name or id told nothing`);
}, 180_000);

test('no list, and no page of it, shows anything of theirs, whatever cursor or filter it is asked with', async () => {
  const lists = operations.filter(
    ({ method, path, entry }) => method === 'GET' && !/catalog/.test(path) && !entry.isSocket,
  );
  const known = [...marks, theirs.deployment, theirs.backend, theirs.secret, theirs.registry];
  const cursors = known.map((mark) => Buffer.from(mark).toString('base64'));
  const things = thingsOf(ours);
  for (const caller of callers) {
    for (const list of lists) {
      if (!reaches(caller.role, roleOf(list) ?? 'platform')) continue;
      const whole = await callOn(ours, list, caller.credentials, things);
      expect(whole.status, list.id).toBe(200);
      for (const mark of marks) expect(JSON.stringify(whole.body), list.id).not.toContain(mark);
    }
  }
  const admin = callerOf('admin');
  for (const path of ['deployments', 'backends', 'hosts', 'secrets', 'registries', 'tokens']) {
    for (const cursor of cursors) {
      const { status, body } = await callAs(
        admin,
        'GET',
        `/${path}?cursor=${encodeURIComponent(cursor)}`,
      );
      expect(status).toBe(200);
      for (const mark of marks) expect(JSON.stringify(body), path).not.toContain(mark);
    }
  }
  const none = nothings().map(([, thing]) => thing);
  const asked = (name: string) =>
    ['audit?actor=', 'audit?resource_name=', 'backends?search='].map((query) =>
      callAs(admin, 'GET', `/${query}${encodeURIComponent(name)}`),
    );
  for (const mark of known) {
    const ofTheirs = await Promise.all(asked(mark));
    const ofNone = await Promise.all(asked(none[0] ?? ''));
    expect(ofTheirs.map((reply) => tellingOf(reply, [mark]))).toEqual(
      ofNone.map((reply) => tellingOf(reply, none)),
    );
  }
}, 180_000);

test('what names something of theirs in a body, to deploy, to preview or to change, is answered as for what is nowhere', async () => {
  const no = nothings();
  const nowhere = {
    backend: no[0]?.[1] ?? '',
    secret: `no-${randomBytes(6).toString('hex')}`,
    label: `no-${randomBytes(6).toString('hex')}`,
    hostId: `host_${'0'.repeat(32)}`,
    registry: 'nowhere.example',
    email: newEmail(),
  };
  const there = {
    backend: theirs.backend,
    secret: theirs.secret,
    label: theirLabel,
    hostId: theirAgent.hostId,
    registry: theirs.registry,
    email: theirs.people.viewer.email,
  };
  const wanted = { name: 'a-probe', backend_name: ours.backend };
  const wants = ({ backend, secret, label, hostId, registry, email }: typeof there) => {
    const mark = `{{secrets.${secret}}}`;
    const changes = [
      { backend_name: backend },
      { model: { source: 'huggingface', repo_id: 'a/b', token_secret: secret } },
      { run_command: `serve ${mark}` },
      { entrypoint: `sh ${mark}` },
      { placement: { hosts: [hostId] } },
      { placement: { host_labels: { team: label } } },
      { image_name: `${registry}/engine:1` },
    ];
    const version = { image_name: 'engine:1', custom_framework: 'cpu', env: { A: mark } };
    return [
      ...changes.flatMap((change) => [
        ['POST', '/previews', { deployment: { ...wanted, ...change } }] as const,
        ['POST', '/deployments', { ...wanted, ...change }] as const,
        ['PATCH', '/deployments/a-probe', change] as const,
      ]),
      ['PUT', '/registries/probe.example', { username: 'u', password: mark }] as const,
      ['PATCH', `/backends/${ours.backend}`, { default_env: { A: mark } }] as const,
      ['PUT', `/backends/${ours.backend}/versions/2.0`, version] as const,
      ['POST', '/invitations', { email, role: 'viewer' }] as const,
    ];
  };
  const admin = callerOf('admin');
  const answer = async (names: typeof there, index: number) => {
    const [method = '', path = '', body] = wants(names)[index] ?? [];
    if (path.endsWith('a-probe')) await must(callAs(admin, 'POST', '/deployments', wanted));
    const reply = await callAs(admin, method, path, body, { 'if-match': '*' });
    await callAs(admin, 'DELETE', '/deployments/a-probe?force=true');
    await callAs(admin, 'PATCH', `/backends/${ours.backend}`, { default_env: null }, anyMatch);
    await callAs(admin, 'DELETE', `/backends/${ours.backend}/versions/2.0`);
    return tellingOf(reply, Object.values(names), true);
  };
  for (const [index, want] of wants(there).entries()) {
    // Our own silent host is told as offline once its time has come, which may be between two answers.
    const before = await answer(nowhere, index);
    const ofTheirs = await answer(there, index);
    const after = await answer(nowhere, index);
    expect([before, after], JSON.stringify(want)).toContainEqual(ofTheirs);
  }
}, 180_000);

test('nothing of theirs has changed by all that', async () => {
  expect(await readTheirs()).toEqual(before);
  for (const { browser } of Object.values(theirs.people)) {
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(200);
  }
});

test('why an instance waits is told of our hosts only, though theirs have room', async () => {
  const labels = { placement: { host_labels: { team: theirLabel } } };
  await deploy(ours, 'waits');
  await deploy(ours, 'waits-for-label', labels);
  for (const name of ['waits', 'waits-for-label']) {
    const [instance] = await instancesOf(ours.client, name);
    expect(instance).toMatchObject({ state: 'pending', host_id: null });
    expect(instance?.message).toContain('1 host:');
    for (const mark of marks) expect(instance?.message.replace(theirLabel, '')).not.toContain(mark);
  }
  const { body } = await theirAgent.sync();
  expect(JSON.stringify(body)).not.toContain(ours.name);
});

test('their idempotency keys and names are free, and what is done with the same name is done to ours alone', async () => {
  const admin = callerOf('admin');
  const headers = { 'idempotency-key': `key-${randomBytes(6).toString('hex')}` };
  const asTheirs = { token: theirs.tokens.admin, org: null, headers };
  const inTheirs = { name: 'by-key', image_name: 'none/none:1', replicas: 0 };
  await must(theirs.client.call('POST', '/api/v1/deployments', inTheirs, asTheirs));
  const inOurs = { ...inTheirs, image_name: 'none/none:2' };
  const made = await callAs(admin, 'POST', '/deployments', inOurs, headers);
  expect(made).toMatchObject({ status: 201, body: { image_name: 'none/none:2' } });
  expect(made.headers.get('idempotency-replayed')).toBeNull();
  const gone = await callAs(admin, 'DELETE', '/deployments/by-key');
  expect(gone.status).toBe(204);
  await must(theirs.client.call('DELETE', '/api/v1/deployments/by-key'));

  const put = (path: string, body: unknown) => callAs(admin, 'PUT', path, body);
  const post = (path: string, body: unknown) => callAs(admin, 'POST', path, body);
  const replies = [
    await post('/backends', definition({ backend_name: theirs.backend })),
    await put(`/secrets/${theirs.secret}`, { value: 'ours' }),
    await put(`/registries/${theirs.registry}`, {
      username: 'ours',
      password: `{{secrets.${theirs.secret}}}`,
    }),
    await post('/deployments', { name: theirs.deployment, backend_name: theirs.backend }),
    await post('/tokens', { name: theirs.name, role: 'viewer' }),
    await callAs(
      admin,
      'PATCH',
      `/hosts/${ours.hostId}`,
      { name: `${theirLabel}-host` },
      {
        'if-match': '*',
      },
    ),
  ];
  expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 201, 201, 200]);
  const deleted = await callAs(admin, 'DELETE', `/deployments/${theirs.deployment}?force=true`);
  expect(deleted.status).toBeLessThan(300);
  const still = await theirs.client.call('GET', `/api/v1/deployments/${theirs.deployment}`);
  expect(still).toMatchObject({ status: 200, body: { status: { phase: expect.any(String) } } });
});

test('our link hears no bell of theirs', async () => {
  const agent = await newFakeAgent(ours.client);
  const [our, their] = await Promise.all([
    openLink(ours.client, agent.secret),
    openLink(theirs.client, theirAgent.secret),
  ]);
  await theirAgent.sync();
  const on = ({ hostId }: FakeAgent) => ({ gpu: { count: 0 }, placement: { hosts: [hostId] } });
  await deploy(theirs, 'rings', on(theirAgent));
  await until('theirs hears its bell', () => their.heard.length > 0);
  await deploy(ours, 'rings', on(agent));
  await until('ours hears its own', () => our.heard.length > 0);
  const { body } = await agent.sync();
  expect(our.heard).toEqual([JSON.stringify({ revision: body.desired?.revision })]);
});
