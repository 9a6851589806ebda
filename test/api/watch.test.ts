import { expect, inject, test } from 'vitest';
import type { NewApiToken } from '../../contract/access.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { Org } from '../../contract/org.ts';
import { watchProtocol, watchRenewCode, watchTokenProtocol } from '../../contract/watch-link.ts';
import { mostWatchers } from '../../src/hub/watchers.ts';
import { newApiToken } from '../support/access/team.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { obey, readDeployment } from '../support/deployment.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';
import { newPerson } from '../support/person.ts';
import { sql } from '../support/sql.ts';
import { until } from '../support/until.ts';
import { openWatch, type WatchOptions } from '../support/watch.ts';

/** As a page opens it, which sets no headers. */
function byPage(token: string): WatchOptions {
  return { protocols: [watchProtocol, watchTokenProtocol(token)], headers: {} };
}

async function withModel(): Promise<Client> {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition());
  return client;
}

const deploy = (client: Client) =>
  client.call<Deployment>('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });

test('whoever watches is told of a change through the API and of what it brings about, and nobody else is', async () => {
  const [client, other] = [await withModel(), await newOrg()];
  const [watch, stranger] = [await openWatch(client), await openWatch(other)];
  const { id } = (await deploy(client)).body;
  await until('the deployment is told', () => watch.changed('deployment').includes(id));
  watch.heard.length = 0;

  // The planner finds the host that came, in the hub.
  const agent = await newFakeAgent(client);
  await until('the host is told', () => watch.changed('host').includes(agent.hostId));
  await until('and the launch', () => watch.changed('deployment').includes(id));
  await agent.sync();
  watch.heard.length = 0;

  await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
  await until('what a sync changed is told', () => watch.changed('deployment').includes(id));
  expect(watch.changed('host')).toContain(agent.hostId);
  await other.call('PUT', '/api/v1/secrets/NAME', { value: 'x' });
  await until('the other is told of its own', () => stranger.heard.length > 0);
  expect(stranger.heard).toEqual([{ kind: 'secret' }]);
  expect(watch.changed('secret')).toEqual([]);
});

test('a sync that changes nothing is told to nobody', async () => {
  const client = await withModel();
  const agent = await newFakeAgent(client);
  await deploy(client);
  await obey(agent);
  await until('the planner is done with it', async () => {
    const { status } = await readDeployment(client);
    return status.phase === 'available' && status.rollout.state !== 'progressing';
  });
  const watch = await openWatch(client);
  for (let time = 0; time < 3; time += 1) {
    const { cost } = await agent.sync();
    expect(cost).toMatchObject({ requests: 1, rowsWritten: 0 });
  }
  await client.call('PUT', '/api/v1/secrets/NAME', { value: 'x' });
  await until('what came after them is told', () => watch.heard.length > 0);
  expect(watch.heard).toEqual([{ kind: 'secret' }]);
});

test('what a sync changes is told also where its host is at another hub than the watchers', async () => {
  const client = await withModel();
  const agent = await newFakeAgent(client);
  await sql('UPDATE hosts SET hub = 1 WHERE id = ?', [agent.hostId]);
  const watch = await openWatch(client);
  await agent.report([]);
  await until('the host is told', () => watch.changed('host').includes(agent.hostId));
});

test('so many watch an organisation at once and no more; who goes makes room', async () => {
  const client = await newOrg();
  const watches: Awaited<ReturnType<typeof openWatch>>[] = [];
  while (watches.length < mostWatchers) {
    watches.push(...(await Promise.all(Array.from({ length: 20 }, () => openWatch(client)))));
  }
  await expect(openWatch(client)).rejects.toThrow('429');
  watches[0]?.socket.close();
  await until('there is room', () => openWatch(client).catch(() => undefined));
});

test('a host that falls silent is told, with what runs on it, and so is its return', async () => {
  const client = await withModel();
  const agent = await newFakeAgent(client);
  await deploy(client);
  await obey(agent);
  const watch = await openWatch(client);
  const running = agent.launches.map((launch) => observed(launch, 'running'));
  const { id } = await readDeployment(client);
  await until('the silence is told', () => watch.changed('host').length > 0, 50_000);
  await until('and its instances', () => watch.changed('deployment').includes(id));
  watch.heard.length = 0;
  await agent.report(running);
  await until('the return is told', () => watch.changed('host').includes(agent.hostId));
});

test('a page says its token by a subprotocol, which comes back to nobody; a ping is answered', async () => {
  const client = await newOrg();
  const { token } = await newApiToken(client, 'viewer');
  const watch = await openWatch(client, byPage(token));
  expect(watch.socket.protocol).toBe(watchProtocol);
  watch.socket.send('ping');
  await until('the ping is answered', () => watch.pongs() > 0);
  // A token of the platform may hold what a subprotocol may not.
  const { adminToken } = inject('stack');
  const ofPlatform = await openWatch(client, byPage(adminToken));
  await client.call('PUT', '/api/v1/secrets/NAME', { value: 'x' });
  await until('both are told', () => watch.heard.length > 0 && ofPlatform.heard.length > 0);
});

test('what a watcher says is not heard, however much it is', async () => {
  const client = await newOrg();
  const watch = await openWatch(client);
  watch.socket.send(JSON.stringify({ changed: [{ kind: 'host' }] }));
  watch.socket.send('x'.repeat(100_000));
  await client.call('PUT', '/api/v1/secrets/NAME', { value: 'x' });
  await until('it is told', () => watch.heard.length > 0);
  expect(watch.heard).toEqual([{ kind: 'secret' }]);
});

test('nobody watches without a token, with a wrong one, or another organisation than their own', async () => {
  const [ours, theirs] = [await newOrg(), await newOrg()];
  const { token } = await newApiToken(ours, 'admin');
  const refused = async (options: WatchOptions, status: string) =>
    expect(openWatch(ours, options)).rejects.toThrow(status);
  await refused({ headers: {} }, '401');
  await refused(byPage(''), '401');
  await refused(byPage(`${token}x`), '401');
  await refused({ protocols: [watchProtocol, 'longshore.token.!'], headers: {} }, '401');
  await refused({ ...byPage(token), query: `?org=${theirs.orgId}` }, '404');
  await refused({ ...byPage(token), query: '?org=org_none' }, '404');
  await refused({ ...byPage(token), query: '?unknown=1' }, '400');
  const { body, status } = await ours.call('GET', '/api/v1/watch');
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});

test('a person watches by their session from our own pages only, and their own organisations only', async () => {
  const [client, other] = [await newOrg(), await newOrg()];
  const { browser } = await newPerson(client, 'viewer');
  const cookie = browser.cookie ?? '';
  const open = (headers: Record<string, string>, query = '') =>
    openWatch(client, { headers: { cookie, ...headers }, query });
  await expect(open({ origin: 'https://evil.example' })).rejects.toThrow('403');
  await expect(open({ 'sec-fetch-site': 'cross-site' })).rejects.toThrow('403');
  await expect(open({})).rejects.toThrow('403');
  const own = { origin: client.url };
  await expect(open(own, `?org=${other.orgId}`)).rejects.toThrow('404');
  const watch = await open(own);
  await client.call('PUT', '/api/v1/secrets/NAME', { value: 'x' });
  await until('they are told', () => watch.heard.length > 0);
});

test('a watch ends when its token is revoked, its session ended, its member removed or its organisation deleted', async () => {
  const client = await newOrg();
  const made = (await newApiToken(client, 'viewer')) satisfies NewApiToken;
  const byToken = await openWatch(client, byPage(made.token));
  const [leaver, removed] = [await newPerson(client, 'viewer'), await newPerson(client, 'viewer')];
  const bySession = (cookie: string | null) =>
    openWatch(client, { headers: { cookie: cookie ?? '', origin: client.url }, query: '' });
  const [bySession1, bySession2] = [
    await bySession(leaver.browser.cookie),
    await bySession(removed.browser.cookie),
  ];
  const ofPlatform = await openWatch(client);

  await client.call('DELETE', `/api/v1/tokens/${made.id}`);
  await until('that of the token ends', () => byToken.isEnding());
  await leaver.browser.call('DELETE', '/api/v1/me/sessions');
  await until('that of the session ends', () => bySession1.isEnding());
  await client.call('DELETE', `/api/v1/members/${removed.userId}`);
  await until('that of the member ends', () => bySession2.isEnding());
  await expect(openWatch(client, byPage(made.token))).rejects.toThrow('401');
  await expect(bySession(leaver.browser.cookie)).rejects.toThrow('401');
  expect(ofPlatform.isEnding()).toBe(false);

  const { name } = (await client.call<Org>('GET', `/api/v1/orgs/${client.orgId}`)).body;
  await client.call('DELETE', `/api/v1/orgs/${client.orgId}?confirm=${name}`);
  await until('the others end with the organisation', () => ofPlatform.isEnding());
});

test('a watch ends with its token, and hears nothing after that', async () => {
  const client = await newOrg();
  const { id, token } = await newApiToken(client, 'viewer', { expires_in_seconds: 60 });
  // Nobody waits for a minute: it has a second left when it is used.
  await sql('UPDATE api_tokens SET expires_at = ? WHERE id = ?', [Date.now() + 1_000, id]);
  const watch = await openWatch(client, byPage(token));
  await until('it ends by the clock of the hub', () => watch.isEnding(), 20_000);
  await until('and is asked to dial anew', () => watch.endedBy() === watchRenewCode);
});
