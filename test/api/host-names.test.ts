import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Event } from '../../contract/event.ts';
import type { Host } from '../../contract/host.ts';
import { readAudit } from '../support/audit.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { enrolmentToken, newFakeAgent, newSecret } from '../support/fake-agent.ts';
import { until } from '../support/until.ts';

function newInstall(name: string) {
  return { install_id: randomBytes(12).toString('hex'), secret: newSecret(), name };
}

type Install = ReturnType<typeof newInstall> & { labels?: Record<string, string> };

function enroll(client: Client, install: Install, token: string) {
  return client.call<{ host_id: string; name: string }>('POST', '/api/agent/v1/enroll', install, {
    token,
  });
}

async function readHost(client: Client, id: string): Promise<Host> {
  return (await client.call<Host>('GET', `/api/v1/hosts/${id}`)).body;
}

test('a machine that calls itself as another host, or as its id, draws none of its work', async () => {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  const meant = await newFakeAgent(client, undefined, undefined, 'gpu-1');
  const named = await newFakeAgent(client, undefined, undefined, 'gpu-1');
  const alike = await newFakeAgent(client, undefined, undefined, meant.hostId);
  await client.call('POST', `/api/v1/hosts/${meant.hostId}/cordon`);
  for (const host of ['gpu-1', meant.hostId]) {
    const input = { name: `model-${randomBytes(4).toString('hex')}`, backend_name: 'engine' };
    const placement = { hosts: [host] };
    const made = await client.call('POST', '/api/v1/deployments', { ...input, placement });
    expect(made.status).toBe(201);
    const instances = `/api/v1/deployments/${input.name}/instances`;
    await until('it was tried to place it', async () => {
      const { body } = await client.call<{ items: { message: string }[] }>('GET', instances);
      return body.items.some(({ message }) => /cordoned/.test(message));
    });
  }
  for (const stranger of [named, alike]) {
    await stranger.sync();
    expect(stranger.launches).toEqual([]);
  }
});

test('many machines of one name that enrol at once get names of their own, told wherever they are shown', async () => {
  const client = await newOrg();
  const token = await enrolmentToken(client, 8);
  const installs = Array.from({ length: 8 }, () => newInstall('ubuntu'));
  const replies = await Promise.all(installs.map((install) => enroll(client, install, token)));
  expect(replies.map(({ status }) => status)).toEqual(installs.map(() => 200));
  const names = ['ubuntu', ...[2, 3, 4, 5, 6, 7, 8].map((number) => `ubuntu-${number}`)];
  expect(replies.map(({ body }) => body.name).sort()).toEqual(names);
  const audit = await readAudit(client, 'resource_kind=host&operation=enrollHost');
  expect(audit.map(({ resource }) => resource.name).sort()).toEqual(names);
  for (const { body } of replies) {
    expect((await readHost(client, body.host_id)).name).toBe(body.name);
    const path = `/api/v1/hosts/${body.host_id}/events`;
    const events = (await client.call<{ items: Event[] }>('GET', path)).body.items;
    expect(events[0]?.message).toBe(`Enrolled as "${body.name}".`);
  }
});

test('an enrolment that is repeated gives the host and the name that it gave, also when it was renamed', async () => {
  const client = await newOrg();
  const token = await enrolmentToken(client, 3);
  await enroll(client, newInstall('gpu'), token);
  const install = newInstall('gpu');
  const first = await enroll(client, install, token);
  expect(first.body.name).toBe('gpu-2');
  expect((await enroll(client, install, token)).body).toEqual(first.body);
  await client.call('PATCH', `/api/v1/hosts/${first.body.host_id}`, { name: 'mine' });
  expect((await enroll(client, install, token)).body).toEqual({ ...first.body, name: 'mine' });
});

test("the audit's line of an enrolment shows the name and the labels that the host has", async () => {
  const client = await newOrg();
  const input = { labels: { pool: 'trusted', rack: 'r'.repeat(255) } };
  const { body } = await client.call<{ token: string }>('POST', '/api/v1/enrollment-tokens', input);
  const labels = { pool: 'mine', zone: 'a "b"' };
  const enrolled = await enroll(client, { ...newInstall('die Kiste'), labels }, body.token);
  const host = await readHost(client, enrolled.body.host_id);
  expect(host.labels).toEqual({ ...input.labels, zone: 'a "b"' });
  const [line] = await readAudit(client, 'resource_kind=host');
  const added = { change: 'added', before: null, cut: false };
  expect(line).toMatchObject({
    resource: { id: host.id, name: 'die-Kiste' },
    changes: [
      { ...added, pointer: '/name', after: 'die-Kiste' },
      { ...added, pointer: '/labels', after: host.labels },
    ],
    changes_left_out: 0,
  });
});

test('labels that have no room in a line of the audit are cut', async () => {
  const client = await newOrg();
  const labels = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`label-${index}`, 'x'.repeat(100)]),
  );
  await enroll(client, { ...newInstall('a'), labels }, await enrolmentToken(client));
  const [line] = await readAudit(client, 'resource_kind=host');
  expect(line?.changes[1]).toMatchObject({ pointer: '/labels', cut: true });
  expect(line?.changes[1]?.after).toBe(JSON.stringify(labels).slice(0, 1000));
});

test('a host is not given the name of another, and is told what to do; in another organisation it is free', async () => {
  const client = await newOrg();
  const [one, two] = [
    await newFakeAgent(client, undefined, undefined, 'one'),
    await newFakeAgent(client, undefined, undefined, 'two'),
  ];
  const rename = (id: string, name: string) =>
    client.call('PATCH', `/api/v1/hosts/${id}`, { name });
  const refused = await rename(two.hostId, 'one');
  expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect(refused.body.detail).toContain('Choose another name');
  expect((await readHost(client, two.hostId)).name).toBe('two');
  expect((await readAudit(client, 'operation=changeHost')).length).toBe(0);
  await rename(one.hostId, 'three');
  expect((await rename(two.hostId, 'one')).status).toBe(200);
  const other = await newOrg();
  const theirs = await newFakeAgent(other, undefined, undefined, 'one');
  expect((await readHost(other, theirs.hostId)).name).toBe('one');
});

test('the name of a removed host is free again', async () => {
  const client = await newOrg();
  const { hostId } = await newFakeAgent(client, undefined, undefined, 'gpu');
  await client.call('DELETE', `/api/v1/hosts/${hostId}?force=true`);
  const next = await newFakeAgent(client, undefined, undefined, 'gpu');
  expect((await readHost(client, next.hostId)).name).toBe('gpu');
});
