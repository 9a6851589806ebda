import { randomBytes } from 'node:crypto';
import { createClient } from '@libsql/client/http';
import { describe, expect, inject, test } from 'vitest';
import type { Deployment } from '../../contract/deployment.ts';
import type { Problem } from '../../contract/problem.ts';
import type { Registry } from '../../contract/registry.ts';
import type { Secret } from '../../contract/secret.ts';
import { secretMark } from '../../contract/secret-mark.ts';
import { type Client, clientAt, clientOf, newOrg } from '../support/client.ts';
import { startControlPlanes } from '../support/control-planes.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent } from '../support/fake-agent.ts';

const canary = () => `canary-${randomBytes(9).toString('hex')}`;

async function put(client: Client, name: string, value: string) {
  return client.call<Secret>('PUT', `/api/v1/secrets/${name}`, { value });
}

function deploy(client: Client, change: Record<string, unknown> = {}) {
  return client.call<Deployment & Problem>('POST', '/api/v1/deployments', {
    name: 'model',
    backend_name: 'engine',
    ...change,
  });
}

async function newTeam(change: Record<string, unknown> = {}) {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition(change));
  return client;
}

describe('a secret', () => {
  test('is set, changed, listed and deleted, and its value is never given back', async () => {
    const client = await newOrg();
    const [first, second] = [canary(), canary()];
    const made = await put(client, 'HF_TOKEN', first);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      name: 'HF_TOKEN',
      revision: 1,
      used_by_deployments: [],
      used_by_registries: [],
    });
    const changed = await put(client, 'HF_TOKEN', second);
    expect(changed.body.revision).toBe(2);
    await put(client, 'A.b-c', 'x');
    const read = await client.call('GET', '/api/v1/secrets/HF_TOKEN');
    const list = await client.call<{ items: Secret[] }>('GET', '/api/v1/secrets');
    expect(list.body.items.map(({ name }) => name)).toEqual(['A.b-c', 'HF_TOKEN']);
    const said = JSON.stringify([made, changed, read, list]);
    expect(said).not.toContain(first);
    expect(said).not.toContain(second);
    expect((await client.call('DELETE', '/api/v1/secrets/HF_TOKEN')).status).toBe(204);
    expect((await client.call('GET', '/api/v1/secrets/HF_TOKEN')).status).toBe(404);
    expect((await client.call('DELETE', '/api/v1/secrets/HF_TOKEN')).status).toBe(404);
  });

  test.each([
    ['a name with a slash', 'a%2Fb', { value: 'x' }, 400],
    ['no value', 'A', {}, 400],
    ['an empty value', 'A', { value: '' }, 400],
    ['a NUL', 'A', { value: 'a\0b' }, 400],
    ['another key', 'A', { value: 'x', note: 'y' }, 400],
  ])('%s is refused', async (_what, name, body, status) => {
    const client = await newOrg();
    expect((await client.call('PUT', `/api/v1/secrets/${name}`, body)).status).toBe(status);
  });

  test('reads as not there for another organisation', async () => {
    const [ours, theirs] = await Promise.all([newOrg(), newOrg()]);
    await put(ours, 'TOKEN', 'x');
    expect((await theirs.call('GET', '/api/v1/secrets/TOKEN')).status).toBe(404);
    expect((await theirs.call('DELETE', '/api/v1/secrets/TOKEN')).status).toBe(404);
    await theirs.call('POST', '/api/v1/backends', definition());
    expect((await deploy(theirs, { env: { T: '{{secrets.TOKEN}}' } })).body.errors).toMatchObject([
      { pointer: '/env/T', code: 'unknown_secret' },
    ]);
  });

  test('stands in the database as nothing that can be read', async () => {
    const client = await newOrg();
    const value = canary();
    await put(client, 'TOKEN', value);
    const { databaseUrl, databaseToken } = inject('stack');
    const database = createClient({ url: databaseUrl, authToken: databaseToken });
    const tables = await database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'");
    let sealed = 0;
    for (const { name } of tables.rows) {
      const { rows } = await database.execute(`SELECT * FROM "${name}"`);
      const text = JSON.stringify(rows);
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString('base64').slice(0, 20));
      if (name === 'secrets') sealed = rows.length;
    }
    expect(sealed).toBeGreaterThan(0);
  });
});

describe('a deployment that names a secret', () => {
  test('gives it to its host alone, and shows *** everywhere else', async () => {
    const client = await newTeam({ default_env: { FROM_BACKEND: '{{secrets.B}}' } });
    const values = { A: canary(), B: canary(), UNUSED: canary(), TOKEN: canary() };
    for (const [name, value] of Object.entries(values)) await put(client, name, value);
    const [agent, bystander] = [await newFakeAgent(client), await newFakeAgent(client)];
    const made = await deploy(client, {
      env: { KEY: 'Bearer {{secrets.A}}' },
      run_command: 'serve --port {{port}} --key {{secrets.A}}',
      model: { source: 'local_path', path: '/m' },
      placement: { hosts: [agent.hostId] },
    });
    expect(made.status).toBe(201);
    const reply = await agent.sync();
    expect(reply.body.desired?.secrets).toEqual({ A: values.A, B: values.B });
    const [launch] = reply.body.desired?.launches ?? [];
    expect(launch?.env.KEY).toBe(`Bearer ${secretMark('A')}`);
    expect(launch?.args).toContain(secretMark('A'));
    const theirs = await bystander.sync({ era: 'unknown' });
    expect(theirs.body.desired).toMatchObject({ launches: [], secrets: {} });

    const id = launch?.instance_id;
    const said = await Promise.all(
      [
        '/api/v1/deployments',
        '/api/v1/deployments/model',
        '/api/v1/deployments/model/instances',
        '/api/v1/deployments/model/events',
        '/api/v1/deployments/model/revisions',
        `/api/v1/instances/${id}`,
        `/api/v1/hosts/${agent.hostId}`,
        '/api/v1/secrets',
      ].map(async (path) => JSON.stringify((await client.call('GET', path)).body)),
    );
    for (const value of Object.values(values)) expect(said.join()).not.toContain(value);
    expect(said.join()).toContain('Bearer ***');
  });

  test('keeps it from being deleted until it names it no more', async () => {
    const client = await newTeam();
    await put(client, 'OLD', 'x');
    await put(client, 'NEW', 'y');
    const agent = await newFakeAgent(client);
    await deploy(client, { env: { KEY: '{{secrets.OLD}}' } });
    const refused = await client.call<Problem>('DELETE', '/api/v1/secrets/OLD');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'in_use' });
    expect(refused.body.errors?.[0]?.detail).toContain('model');
    const { body } = await client.call<Secret>('GET', '/api/v1/secrets/OLD');
    expect(body.used_by_deployments).toEqual(['model']);
    expect(agent.launches).toHaveLength(0);
    await client.call('DELETE', '/api/v1/deployments/model?force=true');
    expect((await client.call('DELETE', '/api/v1/secrets/OLD')).status).toBe(204);
  });

  test('says so when its value is set anew, until it is restarted; nothing restarts by itself', async () => {
    const client = await newTeam();
    await put(client, 'KEY', 'one');
    const agent = await newFakeAgent(client);
    await deploy(client, { env: { KEY: '{{secrets.KEY}}' } });
    await agent.sync();
    const status = async () =>
      (await client.call<Deployment>('GET', '/api/v1/deployments/model')).body.status;
    expect((await status()).secrets_changed).toEqual([]);
    await put(client, 'KEY', 'two');
    expect((await status()).secrets_changed).toEqual(['KEY']);
    expect((await agent.sync()).body.desired).toBeNull();
    await client.call('POST', '/api/v1/deployments/model/restart');
    expect((await agent.sync()).body.desired?.secrets).toEqual({ KEY: 'two' });
    expect((await status()).secrets_changed).toEqual([]);
  });

  test('is refused while there is no such secret, with a near name suggested', async () => {
    const client = await newTeam();
    await put(client, 'HF_TOKEN', 'x');
    const reply = await deploy(client, { env: { T: '{{secrets.HF_TOKN}}' } });
    expect(reply.status).toBe(422);
    expect(reply.body.errors?.[0]?.detail).toContain('HF_TOKEN');
    const token = await deploy(client, {
      model: { source: 'huggingface', repo_id: 'a/b', token_secret: 'NONE' },
    });
    expect(token.body.errors).toMatchObject([
      { pointer: '/model/token_secret', code: 'unknown_secret' },
    ]);
  });

  test('is written with one row more for each secret', async () => {
    const client = await newTeam();
    await put(client, 'A', 'x');
    await newFakeAgent(client);
    const plain = await deploy(client, { name: 'plain' });
    const secret = await deploy(client, { name: 'secret', env: { A: '{{secrets.A}}' } });
    expect(secret.cost.requests).toBe(plain.cost.requests);
    // The row and its entry in the index.
    expect(secret.cost.rowsWritten - plain.cost.rowsWritten).toBe(2);
  });
});

describe('a login at a registry', () => {
  test('goes to the hosts that pull from there, and to no other', async () => {
    const client = await newTeam({
      version_configs: { '1.0': { image_name: 'ghcr.io/team/engine:1', custom_framework: 'cpu' } },
    });
    const password = canary();
    await put(client, 'GHCR', password);
    const set = await client.call<Registry>('PUT', '/api/v1/registries/GHCR.io', {
      username: 'bot',
      password: '{{ secrets.GHCR }}',
    });
    expect(set.body).toMatchObject({
      server: 'ghcr.io',
      username: 'bot',
      password: '{{secrets.GHCR}}',
    });
    await client.call('PUT', '/api/v1/registries/localhost:5000', {
      username: 'bot',
      password: '{{secrets.GHCR}}',
    });
    const agent = await newFakeAgent(client);
    await deploy(client);
    const login = { server: 'ghcr.io', username: 'bot', password };
    expect((await agent.sync()).body.desired?.registries).toEqual([login]);

    // Set anew, it comes at once: a pull may be waiting for it.
    const next = canary();
    await put(client, 'GHCR', next);
    const reply = await agent.sync();
    expect(reply.body.desired?.registries).toEqual([{ ...login, password: next }]);
    expect(JSON.stringify((await client.call('GET', '/api/v1/registries')).body)).not.toContain(
      'canary',
    );
    const refused = await client.call<Problem>('DELETE', '/api/v1/secrets/GHCR');
    expect(refused.body.errors?.map(({ detail }) => detail).join()).toContain('ghcr.io');
    for (const server of ['ghcr.io', 'localhost:5000']) {
      expect((await client.call('DELETE', `/api/v1/registries/${server}`)).status).toBe(204);
    }
    expect((await client.call('DELETE', '/api/v1/secrets/GHCR')).status).toBe(204);
  });

  test.each([
    ['a password that is written out', 'ghcr.io', { username: 'a', password: 'hunter2' }, 400],
    ['a secret that is not there', 'ghcr.io', { username: 'a', password: '{{secrets.N}}' }, 422],
    ['an address', 'https:%2F%2Fghcr.io', { username: 'a', password: '{{secrets.N}}' }, 400],
  ])('%s is refused', async (_what, server, body, status) => {
    const client = await newOrg();
    const reply = await client.call<Problem>('PUT', `/api/v1/registries/${server}`, body);
    expect(reply.status).toBe(status);
    expect(JSON.stringify(reply.body)).not.toContain('hunter2');
  });
});

test('a SECRETS_KEY with a part that is none is named to people, and hosts go on', async () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  const planes = await startControlPlanes(1, { SECRETS_KEY: `${key},` });
  try {
    const { orgId } = await newOrg();
    const client = clientAt(planes.urls[1] ?? '', inject('stack').adminToken, orgId);
    const refused = await client.call('GET', '/api/v1/hosts');
    expect(refused).toMatchObject({ status: 503, body: { code: 'misconfigured' } });
    expect(refused.body.detail).toContain('SECRETS_KEY');
    expect(refused.body.detail).not.toContain(key);
    const agent = await newFakeAgent(clientOf(orgId));
    const message = agent.message();
    const token = agent.secret;
    const heard = await client.call('POST', '/api/agent/v1/sync', message, { token });
    expect(heard.status).toBe(200);
  } finally {
    await planes.stop();
  }
});
