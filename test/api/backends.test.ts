import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Backend } from '../../contract/backend.ts';
import { newOrg } from '../support/client.ts';
import { definition, myBackendYaml } from '../support/definitions.ts';

describe('backends', () => {
  test('a definition in YAML comes back as JSON and as the same YAML', async () => {
    const client = await newOrg();
    const created = await client.call('POST', '/api/v1/backends', undefined, {
      yaml: myBackendYaml,
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/backends/my-backend-custom');
    const backend = Backend.parse(created.body);
    expect(backend).toMatchObject({
      source: 'custom',
      frameworks: ['cpu'],
      health_check_path: '/v1/models',
      revision: 1,
      in_use_by: [],
    });
    const read = await client.call('GET', '/api/v1/backends/MY-backend-custom');
    expect(read.body).toEqual(created.body);
    const exported = await client.call<string>(
      'GET',
      '/api/v1/backends/my-backend-custom',
      undefined,
      {
        headers: { accept: 'application/yaml' },
      },
    );
    expect(exported.headers.get('content-type')).toBe('application/yaml');
    expect(parse(exported.body)).toEqual(parse(myBackendYaml));

    const other = await newOrg();
    const again = await other.call('POST', '/api/v1/backends', undefined, { yaml: exported.body });
    expect(again.status).toBe(201);
    const ownKeys = { id: '', created_at: '', updated_at: '' };
    expect({ ...again.body, ...ownKeys }).toEqual({ ...created.body, ...ownKeys });
  });

  test('an exported resource, with all its read-only keys, imports again', async () => {
    const [one, two] = [await newOrg(), await newOrg()];
    const created = await one.call('POST', '/api/v1/backends', definition());
    const gpustack = {
      is_built_in: false,
      enabled: true,
      framework_index_map: { cpu: ['1.0'] },
      backend_source: 'custom',
      allowed_proxy_uris: null,
      'x-note': 'mine',
    };
    const again = await two.call('POST', '/api/v1/backends', { ...created.body, ...gpustack });
    expect(again.status).toBe(201);
  });

  test('an unquoted YAML scalar where text is wanted is its source text', async () => {
    const client = await newOrg();
    const yaml = `backend_name: plain
default_version: 1.10
version_configs:
  1.10:
    image_name: x
    custom_framework: cpu
    env:
      FLAG: True
      RATIO: 0.50
      EMPTY:
    run_command:
`;
    const { body } = await client.call('POST', '/api/v1/backends', undefined, { yaml });
    expect(body).toMatchObject({
      default_version: '1.10',
      version_configs: { '1.10': { env: { FLAG: 'True', RATIO: '0.50' } } },
    });
    expect(body).not.toHaveProperty('version_configs.1.10.run_command');
  });

  test('nulls in a YAML list move nothing, and merge keys are merged', async () => {
    const client = await newOrg();
    const yaml = `backend_name: plain
common_parameters: [~, 1.10, null, True]
version_configs:
  v1: &base
    image_name: x
    custom_framework: cpu
  v2:
    <<: *base
    image_name: y
`;
    const { body } = await client.call('POST', '/api/v1/backends', undefined, { yaml });
    expect(body).toMatchObject({
      common_parameters: ['1.10', 'True'],
      version_configs: { v2: { image_name: 'y', custom_framework: 'cpu' } },
    });
  });

  test('what a deployment names is in use before it is placed, and without a replica', async () => {
    const client = await newOrg();
    const version = (name: string) => ({ image_name: name, custom_framework: 'cpu' });
    const version_configs = { '1': version('a'), '2': version('b'), '3': version('c') };
    await client.call('POST', '/api/v1/backends', definition({ version_configs }));
    for (const [name, backend_version, replicas] of [
      ['pending', '1', 1],
      ['empty', '2', 0],
    ]) {
      const reply = await client.call('POST', '/api/v1/deployments', {
        name,
        backend_name: 'engine',
        backend_version,
        replicas,
      });
      expect(reply.status).toBe(201);
    }
    const remove = (path: string) => client.call('DELETE', `/api/v1/backends/engine${path}`);
    expect((await remove('/versions/1')).body).toMatchObject({ code: 'in_use' });
    expect((await remove('/versions/2')).body).toMatchObject({ code: 'in_use' });
    expect((await remove('/versions/3')).status).toBe(204);
    expect((await remove('')).body).toMatchObject({ code: 'in_use' });
    // Nothing of them is on a host: they are gone at once.
    for (const name of ['pending', 'empty']) {
      expect((await client.call('DELETE', `/api/v1/deployments/${name}`)).status).toBe(204);
    }
    expect((await remove('')).status).toBe(204);
  });

  test('the list is paged by name and complete', async () => {
    const client = await newOrg();
    const names = ['delta', 'Alpha', 'charlie', 'bravo', 'echo'];
    for (const backend_name of names) {
      await client.call('POST', '/api/v1/backends', definition({ backend_name }));
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
      const page: { body: { items: { backend_name: string }[]; next_cursor: string | null } } =
        await client.call('GET', `/api/v1/backends?source=custom&limit=2${query}`);
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.items.map((item) => item.backend_name));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(['Alpha', 'bravo', 'charlie', 'delta', 'echo']);
  });

  test('a client that holds the revision gets 304; one that deletes another revision is refused', async () => {
    const client = await newOrg();
    const created = await client.call('POST', '/api/v1/backends', definition());
    const etag = created.headers.get('etag') ?? '';
    const path = '/api/v1/backends/engine';
    const cached = await client.call('GET', path, undefined, {
      headers: { 'if-none-match': etag },
    });
    expect(cached.status).toBe(304);
    const refused = await client.call('DELETE', path, undefined, {
      headers: { 'if-match': '"7"' },
    });
    expect(refused.status).toBe(412);
    const deleted = await client.call('DELETE', path, undefined, { headers: { 'if-match': etag } });
    expect(deleted.status).toBe(204);
    expect((await client.call('GET', path)).status).toBe(404);
  });

  test('a backend that a deployment uses cannot be deleted, and the refusal names the deployment', async () => {
    const client = await newOrg();
    await client.call('POST', '/api/v1/backends', definition());
    await client.call('POST', '/api/v1/deployments', { name: 'model', backend_name: 'engine' });
    const refused = await client.call<{ detail: string }>('DELETE', '/api/v1/backends/engine');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'in_use' });
    expect(refused.body.detail).toContain('model');
    const read = await client.call<Backend>('GET', '/api/v1/backends/engine');
    expect(read.body.in_use_by).toEqual([{ deployment: 'model', version: '' }]);
  });

  test('deployments made while their backend is being deleted: it goes, or it stays with all of them', async () => {
    const client = await newOrg();
    for (let round = 0; round < 5; round += 1) {
      await client.call('POST', '/api/v1/backends', definition());
      const [deleted, ...made] = await Promise.all([
        client.call('DELETE', '/api/v1/backends/engine'),
        ...Array.from({ length: 4 }, (_, index) =>
          client.call('POST', '/api/v1/deployments', {
            name: `model-${round}-${index}`,
            backend_name: 'engine',
          }),
        ),
      ]);
      const successes = made.filter((reply) => reply.status === 201).length;
      for (const reply of made) expect([201, 409, 422]).toContain(reply.status);
      if (deleted?.status === 204) expect(successes).toBe(0);
      else expect(deleted?.status).toBe(409);
      for (const { body } of made) {
        if ('name' in body) await client.call('DELETE', `/api/v1/deployments/${body.name}`);
      }
      await client.call('DELETE', '/api/v1/backends/engine');
    }
  });
});
