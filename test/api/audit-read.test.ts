import { expect, test } from 'vitest';
import type { AuditLine } from '../../contract/audit.ts';
import { newApiToken } from '../support/access/team.ts';
import { type AuditPage, platformAuditPath, readAudit } from '../support/audit.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';

/** Sets secrets of these names, one after another. */
async function setSecrets(client: Client, names: readonly string[], token?: string) {
  for (const name of names) {
    const path = `/api/v1/secrets/${name}`;
    const options = token ? { token } : {};
    expect((await client.call('PUT', path, { value: 'x' }, options)).status).toBe(200);
  }
}

const namesOf = (lines: readonly AuditLine[]) => lines.map(({ resource }) => resource.name);

test('pages are newest first, whole, and cost one request each', async () => {
  const client = await newOrg();
  const names = Array.from({ length: 7 }, (_, index) => `secret-${index}`);
  await setSecrets(client, names);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body, cost } = await client.call<AuditPage>('GET', `/api/v1/audit?limit=3${after}`);
    expect(cost).toMatchObject({ requests: 1, rowsWritten: 0 });
    expect(body.items.length).toBeLessThanOrEqual(3);
    seen.push(...namesOf(body.items));
    cursor = body.next_cursor;
  }
  expect(seen).toEqual(names.toReversed());
});

test('lines are found by who, by what, by the operation and by their time', async () => {
  const client = await newOrg();
  await setSecrets(client, ['one', 'two']);
  const ci = await newApiToken(client, 'admin', { name: 'CI' });
  await setSecrets(client, ['two', 'three'], ci.token);
  await client.call('DELETE', '/api/v1/secrets/two');

  expect(namesOf(await readAudit(client, `actor=${ci.id}`))).toEqual(['three', 'two']);
  expect(namesOf(await readAudit(client, 'actor=admin'))).toEqual(['two', 'CI', 'two', 'one']);
  const ofTwo = await readAudit(client, 'resource_kind=secret&resource_name=two');
  expect(ofTwo.map(({ operation, actor }) => [operation, actor.name])).toEqual([
    ['deleteSecret', 'admin'],
    ['setSecret', 'CI'],
    ['setSecret', 'admin'],
  ]);
  expect(ofTwo.map(({ changes }) => changes)).toEqual([
    [{ pointer: '/revision', change: 'removed', before: 2, after: null, cut: false }],
    [{ pointer: '/revision', change: 'changed', before: 1, after: 2, cut: false }],
    [{ pointer: '/revision', change: 'added', before: null, after: 1, cut: false }],
  ]);
  expect(await readAudit(client, 'resource_kind=host&resource_name=two')).toEqual([]);
  expect(namesOf(await readAudit(client, 'operation=createToken'))).toEqual(['CI']);

  const all = await readAudit(client);
  const third = all[2]?.time ?? '';
  const fromThird = await readAudit(client, `from=${third}`);
  expect(fromThird.map(({ id }) => id)).toContain(all[2]?.id);
  expect(fromThird.every(({ time }) => time >= third)).toBe(true);
  const before = await readAudit(client, `until=${third}`);
  expect(before.every(({ time }) => time < third)).toBe(true);
  expect(fromThird.length + before.length).toBe(all.length);
  expect(await readAudit(client, 'until=2020-01-01T00:00:00%2B02:00')).toEqual([]);
});

test('what is no filter, no time and no kind is refused', async () => {
  const client = await newOrg();
  for (const query of ['who=me', 'from=yesterday', 'resource_kind=moon', 'cursor=%25']) {
    const { status } = await client.call('GET', `/api/v1/audit?${query}`);
    expect(status, query).toBe(400);
  }
});

test("another organisation's changes are not seen, nor are the platform's", async () => {
  const [ours, theirs] = [await newOrg(), await newOrg()];
  await setSecrets(ours, ['mine']);
  const { token } = await newApiToken(theirs, 'admin');
  const seen = await theirs.call<AuditPage>('GET', '/api/v1/audit', undefined, { token });
  expect(seen.body.items.map(({ operation }) => operation)).toEqual(['createToken']);
  const platform = await theirs.call('GET', '/api/v1/audit/platform', undefined, { token });
  expect(platform.status).toBe(403);
  // That they were made is the platform's to read.
  const made = await readAudit(ours, 'operation=createOrg&limit=200', platformAuditPath);
  const ids = made.map(({ resource }) => resource.id);
  expect(ids).toEqual(expect.arrayContaining([ours.orgId, theirs.orgId]));
});

test('a definition of 64 KB has a bounded line, which says what it left out', async () => {
  const client = await newOrg();
  const version = (index: number) => ({
    image_name: 'engine:1.0',
    custom_framework: 'cpu',
    run_command: `serve ${index} ${'x'.repeat(3000)}`,
  });
  const versions = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`1.${index}`, version(index)]));
  const headers = { 'if-match': '*' };
  const before = definition({ version_configs: versions(1) });
  expect((await client.call('POST', '/api/v1/backends', before)).status).toBe(201);
  const after = definition({ version_configs: versions(22) });
  const changed = await client.call('PUT', '/api/v1/backends/engine', after, { headers });
  expect(changed.status).toBe(200);
  const [line] = await readAudit(client);
  expect(JSON.stringify(line).length).toBeLessThan(20_000);
  const { changes = [], changes_left_out: leftOut = 0 } = line ?? {};
  // The revision and 21 versions.
  expect(changes.length + leftOut).toBe(22);
  expect(leftOut).toBeGreaterThan(0);
  expect(changes[0]).toMatchObject({ pointer: '/revision', before: 1, after: 2, cut: false });
  expect(changes[1]).toMatchObject({ change: 'added', before: null, cut: true });
});
