import { describe, expect, test } from 'vitest';
import type { Backend, BackendVersion } from '../../contract/backend.ts';
import type { Deployment } from '../../contract/deployment.ts';
import type { InstanceDetail } from '../../contract/instance.ts';
import { type Client, newOrg } from '../support/client.ts';
import { definition } from '../support/definitions.ts';
import { newFakeAgent, observed } from '../support/fake-agent.ts';

const path = '/api/v1/backends/engine';
const ifMatch = (revision: number) => ({ headers: { 'if-match': `"${revision}"` } });

async function withEngine(change: Record<string, unknown> = {}): Promise<Client> {
  const client = await newOrg();
  await client.call('POST', '/api/v1/backends', definition(change));
  return client;
}

const two = {
  '1.0': { image_name: 'engine:1.0', custom_framework: 'cpu' },
  '2.0': { image_name: 'engine:2.0', custom_framework: 'cpu' },
};

describe('replacing and merging', () => {
  test('a change says what it is based on; on another revision it is refused', async () => {
    const client = await withEngine();
    const changed = definition({ description: 'New.' });
    for (const method of ['PUT', 'PATCH']) {
      expect((await client.call(method, path, changed)).body).toMatchObject({
        code: 'precondition_required',
      });
      expect((await client.call(method, path, changed, ifMatch(7))).body).toMatchObject({
        code: 'precondition_failed',
      });
    }
    const reply = await client.call<Backend>('PUT', path, changed, ifMatch(1));
    expect(reply.body).toMatchObject({ description: 'New.', revision: 2 });
    expect(reply.headers.get('etag')).toBe('"2"');
  });

  test('of many who edit the same revision at once exactly one wins', async () => {
    const client = await withEngine();
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        client.call('PATCH', path, { description: `By ${index}.` }, ifMatch(1)),
      ),
    );
    const statuses = replies.map((reply) => reply.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    for (const status of statuses) expect([200, 409, 412]).toContain(status);
    const { body } = await client.call<Backend>('GET', path);
    expect(body).toEqual(replies.find((reply) => reply.status === 200)?.body);
    expect(body.revision).toBe(2);
  });

  test('a PUT replaces everything, a PATCH merges and null takes away', async () => {
    const client = await withEngine({ description: 'Old.', default_env: { A: '1', B: '2' } });
    const patched = await client.call<Backend>(
      'PATCH',
      path,
      { description: null, default_env: { A: null, C: '3' } },
      ifMatch(1),
    );
    expect(patched.body.default_env).toEqual({ B: '2', C: '3' });
    expect(patched.body).not.toHaveProperty('description');
    const put = await client.call<Backend>('PUT', path, definition(), ifMatch(2));
    expect(put.body).not.toHaveProperty('default_env');
  });

  test('a change that changes nothing makes no revision', async () => {
    const client = await withEngine();
    for (const [method, body] of [
      ['PUT', definition()],
      ['PATCH', {}],
    ] as const) {
      const reply = await client.call<Backend>(method, path, body, ifMatch(1));
      expect(reply.body.revision).toBe(1);
      expect(reply.cost.rowsWritten).toBe(0);
    }
  });

  test('YAML is taken too, and a PUT without versions is an error, never a mass deletion', async () => {
    const client = await withEngine();
    const yaml = 'backend_name: engine\ndescription: Only this\n';
    const refused = await client.call('PUT', path, undefined, { yaml, ...ifMatch(1) });
    expect(refused.body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/version_configs', code: 'required' }],
    });
    const patched = await client.call<Backend>('PATCH', path, undefined, {
      yaml: 'default_env:\n  FLAG: True\n',
      ...ifMatch(1),
    });
    expect(patched.body.default_env).toEqual({ FLAG: 'True' });
  });

  test('the name stays, and what contradicts itself is refused', async () => {
    const client = await withEngine();
    const renamed = definition({ backend_name: 'motor' });
    expect((await client.call('PUT', path, renamed, ifMatch(1))).body).toMatchObject({
      code: 'invalid_definition',
      errors: [{ pointer: '/backend_name', code: 'immutable' }],
    });
    const lost = await client.call('PATCH', path, { default_version: '9' }, ifMatch(1));
    expect(lost.body).toMatchObject({ errors: [{ pointer: '/default_version' }] });
    expect((await client.call<Backend>('GET', path)).body.revision).toBe(1);
  });
});

describe('versions', () => {
  test('are added, replaced, read and removed one by one', async () => {
    const client = await withEngine({ default_version: '1.0' });
    const version = `${path}/versions/2.0`;
    const added = await client.call<BackendVersion>('PUT', version, two['2.0']);
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ version: '2.0', deprecated: false, in_use_by: [] });
    const config = { ...two['2.0'], deprecated: true };
    expect((await client.call('PUT', version, config)).status).toBe(428);
    const replaced = await client.call<BackendVersion>('PUT', version, config, ifMatch(2));
    expect(replaced).toMatchObject({ status: 200, body: { deprecated: true } });
    const list = await client.call<{ items: BackendVersion[] }>('GET', `${path}/versions`);
    expect(list.body.items.map((item) => [item.version, item.is_default])).toEqual([
      ['2.0', false],
      ['1.0', true],
    ]);
    expect((await client.call('DELETE', `${path}/versions/1.0`)).status).toBe(204);
    expect((await client.call<Backend>('GET', path)).body).not.toHaveProperty('default_version');
    expect((await client.call('GET', `${path}/versions/1.0`)).status).toBe(404);
    const last = await client.call('DELETE', version);
    expect(last.body).toMatchObject({ code: 'invalid_definition' });
  });

  test('may be named like what every object inherits', async () => {
    const client = await withEngine();
    const missing = await client.call('DELETE', `${path}/versions/toString`);
    expect(missing.status).toBe(404);
    const added = await client.call('PUT', `${path}/versions/constructor`, two['2.0']);
    expect(added.status).toBe(201);
    const { body } = await client.call<Backend>('GET', path);
    expect(Object.keys(body.version_configs)).toEqual(['1.0', 'constructor']);
    expect(body.revision).toBe(2);
  });

  test('a default that goes is no default any more; one that is not there is refused', async () => {
    const client = await withEngine({ version_configs: two, default_version: '1.0' });
    const without = { version_configs: { '1.0': null } };
    expect((await client.call('PATCH', path, without, ifMatch(1))).body).toMatchObject({
      code: 'invalid_definition',
      errors: [{ pointer: '/default_version', code: 'unknown_version' }],
    });
    const moved = await client.call<Backend>(
      'PATCH',
      path,
      { ...without, default_version: '2.0' },
      ifMatch(1),
    );
    expect(moved.body).toMatchObject({ default_version: '2.0', version_configs: { '2.0': {} } });
    expect(moved.body.version_configs).not.toHaveProperty(['1.0']);
  });

  test('one that a deployment runs stays, by whatever way it would go', async () => {
    const client = await withEngine({ version_configs: two, default_version: '1.0' });
    await newFakeAgent(client);
    for (const [name, backend_version] of [
      ['named', '2.0'],
      ['auto', undefined],
    ]) {
      const reply = await client.call('POST', '/api/v1/deployments', {
        name,
        backend_name: 'engine',
        backend_version,
      });
      expect(reply.status).toBe(201);
    }
    for (const [version, user] of [
      ['2.0', 'named'],
      ['1.0', 'auto'],
    ] as const) {
      const { [version]: _gone, ...rest } = two;
      const ways = [
        await client.call('DELETE', `${path}/versions/${version}`),
        await client.call('PUT', path, definition({ version_configs: rest }), ifMatch(1)),
        await client.call(
          'PATCH',
          path,
          { default_version: null, version_configs: { [version]: null } },
          ifMatch(1),
        ),
      ];
      for (const { status, body } of ways) {
        expect(body).toMatchObject({ code: 'in_use', detail: expect.stringContaining(user) });
        expect(status).toBe(409);
      }
    }
  });

  test('deployments made while their version is removed: it goes, or it stays with all of them', async () => {
    for (let round = 0; round < 3; round += 1) {
      const client = await withEngine({ version_configs: two });
      await newFakeAgent(client);
      const names = ['a', 'b', 'c', 'd'];
      const [removed, ...made] = await Promise.all([
        client.call('DELETE', `${path}/versions/2.0`),
        ...names.map((name) =>
          client.call('POST', '/api/v1/deployments', {
            name,
            backend_name: 'engine',
            backend_version: '2.0',
          }),
        ),
      ]);
      const survivors = names.filter((_, index) => made[index]?.status === 201);
      for (const reply of made) expect([201, 409, 422]).toContain(reply.status);
      const { body } = await client.call<Backend>('GET', path);
      expect(body.in_use_by).toEqual(
        survivors.map((deployment) => ({ deployment, version: '2.0' })),
      );
      expect(removed?.status).toBe(survivors.length === 0 ? 204 : 409);
      expect('2.0' in body.version_configs).toBe(survivors.length > 0);
    }
  });
});

describe('revisions', () => {
  test('every change is one: listed, read, compared and restored', async () => {
    const client = await withEngine({ description: 'First.' });
    await client.call('PATCH', path, { description: 'Second.' }, ifMatch(1));
    await client.call('PATCH', path, { description: null, default_env: { A: '1' } }, ifMatch(2));
    const list = await client.call<{ items: { revision: number; author: string }[] }>(
      'GET',
      `${path}/revisions`,
    );
    expect(list.body.items.map((item) => item.revision)).toEqual([3, 2, 1]);
    expect(list.body.items[0]?.author).toBe('admin');
    const paged = await client.call<{ items: unknown[]; next_cursor: string }>(
      'GET',
      `${path}/revisions?limit=2`,
    );
    const rest = await client.call<{ items: { revision: number }[] }>(
      'GET',
      `${path}/revisions?limit=2&cursor=${encodeURIComponent(paged.body.next_cursor)}`,
    );
    expect(rest.body.items.map((item) => item.revision)).toEqual([1]);

    const first = await client.call('GET', `${path}/revisions/1`);
    expect(first.body).toMatchObject({ definition: { description: 'First.' } });
    const step = await client.call('GET', `${path}/revisions/2/diff`);
    expect(step.body).toEqual({
      from: 1,
      to: 2,
      differences: [
        { pointer: '/description', change: 'changed', before: 'First.', after: 'Second.' },
      ],
    });
    const far = await client.call('GET', `${path}/revisions/3/diff?from=1`);
    expect(far.body.differences).toEqual([
      { pointer: '/description', change: 'removed', before: 'First.', after: null },
      { pointer: '/default_env', change: 'added', before: null, after: { A: '1' } },
    ]);
    expect((await client.call('GET', `${path}/revisions/9`)).status).toBe(404);

    expect((await client.call('POST', `${path}/revisions/1/restore`)).status).toBe(428);
    const restored = await client.call<Backend>(
      'POST',
      `${path}/revisions/1/restore`,
      undefined,
      ifMatch(3),
    );
    expect(restored.body).toMatchObject({ description: 'First.', revision: 4 });
    expect(restored.body).not.toHaveProperty('default_env');
  });

  test('instances keep theirs, and the deployment says when its backend has moved on', async () => {
    const client = await withEngine();
    const agent = await newFakeAgent(client);
    await client.call('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });
    await agent.sync();
    await agent.report(agent.launches.map((launch) => observed(launch, 'running')));
    const status = async () =>
      (await client.call<Deployment>('GET', '/api/v1/deployments/model')).body.status;
    expect(await status()).toMatchObject({ phase: 'available', backend_update_available: false });
    await client.call('PATCH', path, { default_run_command: 'serve --new' }, ifMatch(1));
    expect(await status()).toMatchObject({ phase: 'available', backend_update_available: true });
    const id = agent.launches[0]?.instance_id;
    const instance = await client.call<InstanceDetail>('GET', `/api/v1/instances/${id}`);
    expect(instance.body.backend).toMatchObject({ version: '1.0', revision: 1 });
    expect(instance.body.launch_spec?.args).toEqual(['serve', '--port', '30000']);
  });
});

describe('finding backends', () => {
  test('by words in name and description, by source and by framework, page by page', async () => {
    const client = await newOrg();
    const make = (backend_name: string, framework: string, description?: string) =>
      client.call('POST', '/api/v1/backends', {
        backend_name,
        description,
        version_configs: { v1: { image_name: 'x', custom_framework: framework } },
      });
    await make('alpha', 'cuda', 'Speaks and LISTENS');
    await make('beta', 'rocm', '100%_sure');
    await make('listener', 'musa', 'ÜBER');
    await client.call('POST', '/api/v1/catalog/Ollama/enable');
    const find = async (query: string) => {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { body: { items: Backend[]; next_cursor: string | null } } = await client.call(
          'GET',
          `/api/v1/backends?limit=2&${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        );
        found.push(...page.body.items.map((item) => item.backend_name));
        cursor = page.body.next_cursor;
      }
      return found;
    };
    expect(await find('')).toEqual([
      ...['alpha', 'beta', 'listener', 'MindIE', 'Ollama', 'SGLang', 'vLLM', 'VoxBox'],
    ]);
    expect(await find('search=listen')).toEqual(['alpha', 'listener']);
    expect(await find('search=100%25_')).toEqual(['beta']);
    expect(await find(`search=${encodeURIComponent('ÜBE')}`)).toEqual(['listener']);
    expect(await find('source=community')).toEqual(['Ollama']);
    expect(await find('source=built_in&framework=cann')).toEqual(['MindIE', 'SGLang', 'vLLM']);
    expect(await find('source=custom&framework=musa&framework=rocm')).toEqual(['beta', 'listener']);
    expect((await client.call('GET', '/api/v1/backends?source=mine')).status).toBe(400);
  });
});
