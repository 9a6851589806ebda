import { beforeAll, beforeEach, expect, test } from 'vitest';
import {
  callOn,
  type Operation,
  readOperations,
  roleOf,
  wordsOf,
} from '../support/access/operations.ts';
import { newTeam, nothings, type Team, thingsOf } from '../support/access/team.ts';

/*
 * Two organisations on one control plane, with a host, a deployment and all else each. Whatever the administrator of
 * one asks for, what is the other's is answered as if it were not there.
 */

let ours: Team;
let theirs: Team;
/** What a user of an organisation may call at all. */
let operations: Operation[];

beforeAll(async () => {
  ours = await newTeam();
  operations = (await readOperations(ours.client)).filter((operation) =>
    ['viewer', 'operator', 'admin'].includes(roleOf(operation) ?? ''),
  );
});

beforeEach(async () => {
  theirs = await newTeam();
});

const asThem = () => ({ token: theirs.tokens.admin });
const isNamed = ({ path }: Operation) => path.includes('{');

/** All that our organisation can read of itself. */
async function readAll(): Promise<string[]> {
  const reads = operations.filter(({ method, entry }) => method === 'GET' && !entry.isSocket);
  const replies = [];
  for (const read of reads) {
    if (!read.path.includes('/catalog/')) replies.push(await callOn(ours, read, {}));
  }
  return replies.map(({ status, body }) => {
    expect(status).toBe(200);
    return wordsOf(body).replaceAll(/"last_used_at":[^,}]*/g, '');
  });
}

test("another organisation's thing is answered by every operation as one that is not there, and stays as it is", async () => {
  const before = await readAll();
  let count = 0;
  // What makes something goes last: the others would find it.
  const makes = ({ entry }: Operation) => Number(entry.across === 'makes');
  const named = operations.filter(isNamed).sort((one, other) => makes(one) - makes(other));
  for (const operation of named) {
    const [other, none] = [thingsOf(ours), nothings()];
    const ofOther = await callOn(theirs, operation, asThem(), other);
    const ofNone = await callOn(theirs, operation, asThem(), none);
    expect(ofOther.status, operation.id).toBe(ofNone.status);
    if (operation.entry.across === 'makes') {
      expect(ofOther.status, operation.id).toBe(200);
      continue;
    }
    expect(ofOther, operation.id).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(wordsOf(ofOther.body, other), operation.id).toBe(wordsOf(ofNone.body, none));
    // Not by what it took either.
    expect(ofOther.cost, operation.id).toEqual(ofNone.cost);
    expect(ofOther.cost.rowsWritten, operation.id).toBe(0);
    count += 1;
  }
  expect(await readAll()).toEqual(before);
  console.log(`access across organisations: ${count} operations answer as if nothing were there`);
});

test("no list has anything of another organisation's", async () => {
  const things = [ours.name, ours.orgId, ours.hostId, ours.instanceId, ours.tokenId];
  for (const operation of operations) {
    if (operation.method !== 'GET' || operation.entry.isSocket) continue;
    const { status, body } = await callOn(theirs, operation, asThem());
    if (operation.path.includes('/catalog/')) continue;
    expect(status, operation.id).toBe(200);
    const text = JSON.stringify(body);
    for (const thing of things) expect(text, operation.id).not.toContain(thing);
  }
});

test('a token that names another organisation is told that there is none, whether there is or not', async () => {
  const none = `org_${'0'.repeat(32)}`;
  for (const operation of operations) {
    const ofOther = await callOn(theirs, operation, { ...asThem(), org: ours.orgId });
    const ofNone = await callOn(theirs, operation, { ...asThem(), org: none });
    expect(ofOther, operation.id).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(wordsOf(ofOther.body, [['', ours.orgId]])).toBe(wordsOf(ofNone.body, [['', none]]));
    expect(ofOther.cost, operation.id).toEqual(ofNone.cost);
    expect(ofOther.cost.rowsWritten, operation.id).toBe(0);
  }
});

test("what names another organisation's backend, secret or host in a body is told that there is none", async () => {
  const call = (method: string, path: string, body: unknown) =>
    theirs.client.call(method, `/api/v1${path}`, body, asThem());
  const wanted = { name: 'model', backend_name: theirs.backend };
  const naming = ({
    backend,
    secret,
    hostId,
  }: {
    backend: string;
    secret: string;
    hostId: string;
  }) =>
    [
      ['POST', '/deployments', { ...wanted, backend_name: backend }],
      ['POST', '/deployments', { ...wanted, env: { A: `{{secrets.${secret}}}` } }],
      ['POST', '/previews', { deployment: { ...wanted, backend_name: backend } }],
      ['POST', '/previews', { deployment: { ...wanted, env: { A: `{{secrets.${secret}}}` } } }],
      ['PUT', '/registries/x.example', { username: 'u', password: `{{secrets.${secret}}}` }],
      [
        'POST',
        '/deployments',
        { ...wanted, name: hostId.slice(-9), placement: { hosts: [hostId] } },
      ],
    ] as const;
  const no = { backend: 'no-backend', secret: 'NO-SECRET', hostId: 'host_000000000' };
  const others = naming(ours);
  for (const [index, [method, path, body]] of naming(no).entries()) {
    const ofNone = await call(method, path, body);
    const ofOther = await call(method, path, others[index]?.[2]);
    expect(ofOther.status, path).toBe(ofNone.status);
    if (ofNone.status === 201) {
      // The host is not there: it waits, and is told the same.
      expect(ofOther.body).toMatchObject({ status: { phase: 'pending' } });
      continue;
    }
    expect(ofNone.status, path).toBe(422);
    const without = (reply: typeof ofNone, { backend, secret }: typeof no) =>
      wordsOf(reply.body, [
        ['', backend],
        ['', secret],
      ]);
    expect(without(ofOther, ours)).toBe(without(ofNone, no));
  }
});

test("the names of another organisation's things are free", async () => {
  const call = (path: string, body: unknown) =>
    theirs.client.call('POST', `/api/v1${path}`, body, asThem());
  const versions = { '1.0': { image_name: 'engine:1.0', custom_framework: 'cpu' } };
  const backend = { backend_name: ours.backend, version_configs: versions };
  expect((await call('/backends', backend)).status).toBe(201);
  const wanted = { name: ours.deployment, backend_name: ours.backend };
  expect((await call('/deployments', wanted)).status).toBe(201);
});
